#include "api/cli/bounds.h"

#include "app/compare_reports.h"

namespace cairn::cli {
namespace {

Result<std::vector<Bound>> parse(const std::vector<std::string>& texts) {
  std::vector<Bound> bounds;
  for (const std::string& text : texts) {
    CAIRN_TRY(Bound bound, parse_bound(text));
    bounds.push_back(std::move(bound));
  }
  return bounds;
}

}  // namespace

void add_bound_options(CLI::App& command, BoundOptions& options) {
  command.add_option("--at-least", options.at_least,
                     "Fail when this figure is lower, such as faithfulness=0.95; repeat for several");
  command.add_option("--at-most", options.at_most,
                     "Fail when this figure is higher, such as p95_ms=500; repeat for several");
}

Result<int> keep_bounds(const Context& context, const Json& report, const BoundOptions& options) {
  CAIRN_TRY(const auto at_least, parse(options.at_least));
  CAIRN_TRY(const auto at_most, parse(options.at_most));
  CAIRN_TRY(const auto missed, missed_bounds(report, at_least, at_most));
  for (const std::string& line : missed) context.terminal.complain(line);
  return missed.empty() ? exit_done : exit_failed;
}

}  // namespace cairn::cli
