#include <CLI/CLI.hpp>
#include <fstream>

#include "api/cli/bounds.h"
#include "api/cli/commands.h"
#include "api/cli/eval.h"
#include "app/compare_reports.h"
#include "app/evaluate_checking.h"

namespace cairn::cli {
namespace {

struct CompareOptions {
  std::filesystem::path before, after, page;
  BoundOptions bounds;
};

Result<Json> read_report(const std::filesystem::path& file) {
  std::ifstream in(file);
  if (!in) return fail(ErrorKind::invalid, "cannot read " + file.string());
  Json json = Json::parse(in, nullptr, false);
  if (!json.is_object())
    return fail(ErrorKind::invalid, file.string() + " is no report: write it with cairn eval … --json");
  return json;
}

std::string figure_text(const Json& value) {
  if (value.is_null()) return "";
  char text[32];
  std::snprintf(text, sizeof text, "%.4g", value.get<double>());
  return text;
}

Result<int> compare(const Context& context, const CompareOptions& options) {
  CAIRN_TRY(const Json before, read_report(options.before));
  CAIRN_TRY(const Json after, read_report(options.after));
  const auto figures = compare_reports(before, after);
  const Json compared = to_json(figures);
  if (!options.page.empty()) {
    std::ofstream page(options.page);
    page << comparison_page(options.before.filename().string(), options.after.filename().string(), figures);
    if (!page.flush()) return fail(ErrorKind::unavailable, "cannot write " + options.page.string());
  }
  if (context.json) {
    context.terminal.print(compared.dump(2));
  } else {
    Table table{
        .header = {"figure", "before", "after", "change", ""}, .rows = {}, .right_aligned = {false, true, true, true}};
    for (const Json& row : compared["figures"]) {
      const std::string verdict = row["verdict"];
      table.rows.push_back({row["figure"], figure_text(row["before"]), figure_text(row["after"]),
                            figure_text(row["change"]), verdict == "same" ? "" : verdict});
    }
    context.terminal.print(table.to_text(context.terminal));
  }
  return keep_bounds(context, after, options.bounds);
}

}  // namespace

void add_eval_checking(CLI::App& eval, Context& context,
                       const std::function<int(const std::function<Result<int>(OpenStore&)>&)>& with_a_store) {
  CLI::App* command =
      eval.add_subcommand("checking", "How well true sentences are told from false ones, on a planted set");
  command->footer("Example:\n  cairn eval checking tests/fixtures/checking/test.jsonl --at-least accuracy=0.80");
  const auto options = std::make_shared<CheckingOptions>();
  const auto bounds = std::make_shared<BoundOptions>();
  command->add_option("file", options->file, "JSON lines: evidence, language, true and false sentences")->required();
  command->add_option("--details", options->details_file, "Write one JSON line for each wrong judgement here");
  add_bound_options(*command, *bounds);
  command->callback([&context, options, bounds, with_a_store] {
    context.exit_code = with_a_store([&](OpenStore& store) -> Result<int> {
      CAIRN_TRY(const CheckingReport report, evaluate_checking(store.embedders(), *options));
      const Json figures = to_json(report);
      print_figures(context, figures);
      return keep_bounds(context, figures, *bounds);
    });
  });
}

void add_eval_compare(CLI::App& eval, Context& context) {
  CLI::App* command = eval.add_subcommand("compare", "Two reports of cairn eval side by side");
  command->footer(
      "Example:\n  cairn eval compare before.json after.json --html compared.html --at-least faithfulness=0.95");
  const auto options = std::make_shared<CompareOptions>();
  command->add_option("before", options->before, "A report, as --json prints it")->required();
  command->add_option("after", options->after, "Another; bounds are those of this one")->required();
  command->add_option("--html", options->page, "Also write a page with plots here");
  add_bound_options(*command, options->bounds);
  command->callback([&context, options] {
    const auto done = compare(context, *options);
    context.exit_code = done ? *done : report(context, done.error());
  });
}

}  // namespace cairn::cli
