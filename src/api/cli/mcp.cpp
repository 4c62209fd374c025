#include <CLI/CLI.hpp>
#include <iostream>

#include "api/cli/commands.h"
#include "api/cli/server_tools.h"
#include "api/cli/stdio_session.h"
#include "api/mcp/store_tools.h"

namespace cairn::cli {
namespace {

void speak(const Context& context, StdioSession::BackendMaker make_backend) {
  const mcp::Protocol protocol(context.platform.version);
  StdioSession session(protocol, std::move(make_backend), [&context](std::string line) {
    context.terminal.print_line(line);
    context.terminal.flush();
  });
  session.run(std::cin);
}

int speak_for_store(const Context& context) {
  return with_store(context, Access::read, [&](OpenStore& store) -> Result<int> {
    const Searcher searcher(store.catalog(), store.blobs(), store.embedders(), store.clock(), SearchTuning{});
    const AnswerQuestion answers(searcher, store.embedders(), store.generators(), store.clock(), store.answer_policy());
    const mcp::ToolPorts ports{store.catalog(), store.blobs(), searcher, answers, store.generator().name()};
    speak(context, [&] { return std::make_unique<mcp::StoreTools>(ports, Principal{}, nullptr); });
    return exit_done;
  });
}

/// Each thread has a connection of its own.
int speak_for_server(const Context& context) {
  const auto reached = context.platform.connect(*context.server, context.config);
  if (!reached) return report(context, reached.error());
  speak(context, [&]() -> std::unique_ptr<mcp::ToolBackend> {
    auto access = context.platform.connect(*context.server, context.config);
    if (!access) throw std::runtime_error(access.error().message);  // It worked a moment ago.
    return std::make_unique<ServerTools>(std::move(*access));
  });
  return exit_done;
}

}  // namespace

void add_mcp(CLI::App& root, Context& context) {
  CLI::App* command =
      root.add_subcommand("mcp", "Offer search and answers to an assistant over the Model Context Protocol");
  command->footer(
      "The assistant starts this command itself and speaks to it over standard input and output.\n"
      "Examples:\n  cairn mcp --data STORE\n  cairn mcp --server https://cairn.example.com\n"
      "A server offers the same over HTTP at /mcp.");
  command->callback(
      [&context] { context.exit_code = context.server ? speak_for_server(context) : speak_for_store(context); });
}

}  // namespace cairn::cli
