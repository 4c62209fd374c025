#include <CLI/CLI.hpp>

#include "api/cli/commands.h"

namespace cairn::cli {

void add_serve(CLI::App& root, Context& context) {
  CLI::App* command = root.add_subcommand("serve", "Serve the API over HTTP, and work off tasks in the background");
  command->footer(
      "Examples:\n  cairn serve\n  cairn serve --data STORE --listen 127.0.0.1:8080\n"
      "Stop it with Ctrl-C or SIGTERM: requests under way end, and tasks go on at the next start.");
  const auto listen = std::make_shared<std::optional<std::string>>();
  command->add_option("--listen", *listen, "Address and port; port 0: any free one")->type_name("ADDR:PORT");
  command->callback([&context, listen] {
    const auto announce = [&context](const std::string& line) {
      context.terminal.print_line(line);
      context.terminal.flush();
    };
    const auto served =
        context.platform.serve({.data = context.data, .config = context.config, .listen = *listen}, announce);
    context.exit_code = served ? exit_done : report(context, served.error());
  });
}

}  // namespace cairn::cli
