#include <CLI/CLI.hpp>

#include "api/cli/commands.h"

namespace cairn::cli {
namespace {

/// Words that can follow a command: its sub-commands and long options.
std::string words_after(const CLI::App& command) {
  std::string words;
  for (const CLI::App* sub : command.get_subcommands({})) words += sub->get_name() + " ";
  for (const CLI::Option* option : command.get_options())
    for (const std::string& name : option->get_lnames()) words += "--" + name + " ";
  if (!words.empty()) words.pop_back();
  return words;
}

struct Level {
  std::string path;  ///< "", "tasks", "tasks cancel"
  std::string words;
};

void collect(const CLI::App& command, const std::string& path, std::vector<Level>& levels) {
  levels.push_back({path, words_after(command)});
  for (const CLI::App* sub : command.get_subcommands({}))
    collect(*sub, path.empty() ? sub->get_name() : path + " " + sub->get_name(), levels);
}

std::string cases(const std::vector<Level>& levels, const std::string& globals) {
  std::string text;
  for (const Level& level : levels)
    text +=
        "    \"" + level.path + "\") words=\"" + level.words + (level.path.empty() ? "" : " " + globals) + "\" ;;\n";
  return text;
}

/// The words of the line that name commands, then what may follow them; files are completed when nothing else fits.
std::string shell_function(const std::vector<Level>& levels, const std::string& globals) {
  return "_cairn_words() {\n"
         "  local path=\"\" word words=\"\"\n"
         "  for word in \"$@\"; do\n"
         "    case \"$path $word\" in\n"
         "      *\" -\"*) continue ;;\n"
         "    esac\n"
         "    if _cairn_is_command \"${path:+$path }$word\"; then path=\"${path:+$path }$word\"; fi\n"
         "  done\n"
         "  case \"$path\" in\n" +
         cases(levels, globals) + "  esac\n  printf '%s' \"$words\"\n}\n";
}

std::string is_command(const std::vector<Level>& levels) {
  std::string text = "_cairn_is_command() {\n  case \"$1\" in\n    ";
  bool first = true;
  for (const Level& level : levels) {
    if (level.path.empty()) continue;
    text += (first ? "\"" : "|\"") + level.path + "\"";
    first = false;
  }
  return text + ") return 0 ;;\n  esac\n  return 1\n}\n";
}

std::string bash_script(const std::vector<Level>& levels, const std::string& globals) {
  return "# bash completion for cairn: source <(cairn completion bash)\n" + is_command(levels) +
         shell_function(levels, globals) +
         "_cairn() {\n"
         "  COMPREPLY=($(compgen -W \"$(_cairn_words \"${COMP_WORDS[@]:1:COMP_CWORD-1}\")\" -- "
         "\"${COMP_WORDS[COMP_CWORD]}\"))\n"
         "}\n"
         "complete -o default -F _cairn cairn\n";
}

std::string zsh_script(const std::vector<Level>& levels, const std::string& globals) {
  return "#compdef cairn\n# zsh completion for cairn: source <(cairn completion zsh)\n" + is_command(levels) +
         shell_function(levels, globals) +
         "_cairn() {\n"
         "  compadd -- ${(s: :)\"$(_cairn_words ${words[2,CURRENT-1]})\"}\n"
         "  _files\n"
         "}\n"
         "compdef _cairn cairn\n";
}

std::string fish_script(const std::vector<Level>& levels) {
  std::string text = "# fish completion for cairn: cairn completion fish | source\n";
  for (const Level& level : levels) {
    const std::string condition = level.path.empty()
                                      ? "__fish_use_subcommand"
                                      : "__fish_seen_subcommand_from " + level.path.substr(level.path.rfind(' ') + 1);
    text += "complete -c cairn -n '" + condition + "' -a '" + level.words + "'\n";
  }
  return text;
}

}  // namespace

void add_completion(CLI::App& root, Context& context) {
  CLI::App* command = root.add_subcommand("completion", "Print a completion script for your shell");
  command->footer("Examples:\n  source <(cairn completion bash)\n  cairn completion fish | source");
  const auto shell = std::make_shared<std::string>();
  command->add_option("shell", *shell, "bash, zsh or fish")->required()->check(CLI::IsMember({"bash", "zsh", "fish"}));
  command->callback([&root, &context, shell] {
    std::vector<Level> levels;
    collect(root, "", levels);
    const std::string globals = "--data --config --json --help";
    context.terminal.print(*shell == "bash"  ? bash_script(levels, globals)
                           : *shell == "zsh" ? zsh_script(levels, globals)
                                             : fish_script(levels));
  });
}

}  // namespace cairn::cli
