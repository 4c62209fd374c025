#include "api/cli/context.h"

#include <algorithm>

namespace cairn::cli {

int report(const Context& context, const Error& error) {
  if (context.json) {
    const Json json{{"error", Json{{"kind", to_string(error.kind)}, {"message", error.message}}}};
    context.terminal.print_line(dump(json));
  }
  context.terminal.complain(error.message);
  return error.kind == ErrorKind::invalid ? exit_usage : exit_failed;
}

void print_figures(const Context& context, const Json& figures) {
  if (context.json) {
    context.terminal.print_line(dump(figures));
    return;
  }
  constexpr std::size_t name_width = 24;
  for (const auto& [name, value] : figures.items()) {
    const std::string gap(name.size() < name_width ? name_width - name.size() : 1, ' ');
    context.terminal.print_line(name + gap + (value.is_string() ? value.get<std::string>() : value.dump()));
  }
}

int with_store(const Context& context, Access access, const std::function<Result<int>(OpenStore&)>& body) {
  if (context.server)
    return report(context, {.kind = ErrorKind::invalid,
                            .message = "this command works on a data folder: use --data instead of --server"});
  auto store = context.open(access);
  if (!store) return report(context, store.error());
  const auto code = body(**store);
  return code ? *code : report(context, code.error());
}

std::string Table::to_text(const Terminal& terminal) const {
  std::vector<std::size_t> widths(header.size());
  for (std::size_t c = 0; c < header.size(); ++c) {
    widths[c] = display_width(header[c]);
    for (const auto& row : rows) widths[c] = std::max(widths[c], display_width(row[c]));
  }
  const auto line = [&](const std::vector<std::string>& cells) {
    std::string text;
    for (std::size_t c = 0; c < cells.size(); ++c) {
      const std::string padding(widths[c] - display_width(cells[c]), ' ');
      const bool right = c < right_aligned.size() && right_aligned[c];
      text += right ? padding + cells[c] : cells[c] + padding;
      if (c + 1 < cells.size()) text += "  ";
    }
    while (!text.empty() && text.back() == ' ') text.pop_back();
    return text;
  };
  std::string out = terminal.bold(line(header)) + "\n";
  for (const auto& row : rows) out += line(row) + "\n";
  return out;
}

}  // namespace cairn::cli
