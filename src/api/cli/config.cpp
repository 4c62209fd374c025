#include <CLI/CLI.hpp>

#include "api/cli/commands.h"

namespace cairn::cli {

void add_config(CLI::App& root, Context& context) {
  CLI::App* command =
      root.add_subcommand("config", "Print the configuration in force, with where each value comes from");
  command->footer(
      "Every key can be set by CAIRN_SECTION_KEY in the environment. The output is a valid configuration file;\n"
      "secrets are left out.");
  command->callback([&context] {
    const auto text = context.platform.describe_configuration(context.config);
    if (!text) context.exit_code = report(context, text.error());
    else if (context.json) context.terminal.print_line(dump(Json{{"toml", *text}}));
    else context.terminal.print(*text);
  });
}

}  // namespace cairn::cli
