#include "api/cli/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <exception>

#include "api/cli/commands.h"
#include "api/cli/nearest_name.h"

namespace cairn::cli {
namespace {

constexpr const char* description =
    "Answers questions from your own documents, with quotes that you can check.\n"
    "Start with:  cairn ingest FOLDER  and then  cairn ask \"QUESTION\"";

void add_global_options(CLI::App& root, Context& context) {
  CLI::Option* data =
      root.add_option("--data", context.data, "Folder of the store; created when something is first written to it")
          ->type_name("DIR");
  root.add_option("--config", context.config, "Configuration file (TOML); see 'cairn config'")->type_name("FILE");
  root.add_option("--server", context.server,
                  "Work on the server at this address instead of a folder; the key comes from CAIRN_CLIENT_KEY or "
                  "the file that CAIRN_CLIENT_KEY_FILE names")
      ->type_name("URL")
      ->excludes(data);
  root.add_flag("--json", context.json, "Print the API's JSON object instead of text");
}

void add_commands(CLI::App& root, Context& context) {
  for (const auto add : {add_serve, add_ingest, add_search, add_ask,     add_status, add_collections, add_documents,
                         add_tasks, add_keys,   add_users,  add_tenants, add_mcp,    add_eval,        add_bench,
                         add_fsck,  add_backup, add_bundle, add_model,   add_config, add_completion,  add_reference})
    add(root, context);
}

/// Global options may stand before or after the command.
void let_options_stand_anywhere(CLI::App& app) {
  for (CLI::App* command : app.get_subcommands({})) {
    command->fallthrough();
    let_options_stand_anywhere(*command);
  }
}

/// What to say about words that no command took: most likely a command was misspelt.
std::string unknown_command(const CLI::App& root) {
  const CLI::App* app = &root;
  std::string path;
  for (; !app->get_subcommands().empty(); path += app->get_name() + " ") app = app->get_subcommands().front();
  std::vector<std::string> commands;
  for (const CLI::App* command : app->get_subcommands({})) commands.push_back(command->get_name());
  const std::vector<std::string> left = root.remaining(true);
  const auto typed = std::ranges::find_if(left, [](const std::string& word) { return !word.starts_with('-'); });
  if (commands.empty() || typed == left.end()) return {};
  const std::string nearest = nearest_name(*typed, commands);
  std::string message = "there is no command '" + path + *typed + "'";
  if (!nearest.empty()) message += "; did you mean '" + path + nearest + "'?";
  return message;
}

}  // namespace

int run_command_line(int argc, const char* const* argv, const Platform& platform, const Terminal& terminal) {
  Context context{platform, terminal};
  CLI::App root(description, "cairn");
  root.set_version_flag("--version", "cairn " + platform.version);
  root.require_subcommand(1);
  add_global_options(root, context);
  add_commands(root, context);
  let_options_stand_anywhere(root);
  try {
    root.parse(argc, argv);
  } catch (const CLI::Success& success) {  // --help and --version
    return root.exit(success);
  } catch (const CLI::ParseError& error) {
    const std::string unknown = unknown_command(root);
    terminal.complain((unknown.empty() ? error.what() : unknown) + "; see 'cairn --help'");
    return exit_usage;
  } catch (const std::exception& error) {
    terminal.complain(std::string("internal error, please report it: ") + error.what());
    return exit_failed;
  }
  if (!terminal.flush()) {
    terminal.complain("cannot write the output: is the disk full?");
    return exit_failed;
  }
  return context.exit_code;
}

}  // namespace cairn::cli
