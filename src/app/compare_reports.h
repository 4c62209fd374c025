#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace cairn {

/// A figure of two reports ("stages.check.p50_ms"); absent in one of them: nothing.
struct ComparedFigure {
  std::string name;
  std::optional<double> before, after;

  /// Whether a higher figure is better, a lower one, or neither can be said (counts).
  enum class Better { higher, lower, neither };
  Better better = Better::neither;

  double change() const { return before && after ? *after - *before : 0; }
  /// 1 better, -1 worse, 0 the same or not comparable.
  int verdict() const;
};

/// All figures of two reports of `cairn eval`, in the order of the second.
std::vector<ComparedFigure> compare_reports(const nlohmann::ordered_json& before, const nlohmann::ordered_json& after);

nlohmann::ordered_json to_json(const std::vector<ComparedFigure>& figures);

/// A page of its own: a table and plots, nothing loaded from elsewhere.
std::string comparison_page(const std::string& before, const std::string& after,
                            const std::vector<ComparedFigure>& figures);

/// "faithfulness=0.95", a bound that a report's figure has to keep.
struct Bound {
  std::string figure;
  double value = 0;
};

/// Errors: `invalid` for anything but NAME=NUMBER.
Result<Bound> parse_bound(const std::string& text);

/// What is missed, a line each: figures below `at_least`, above `at_most`. Errors: `invalid` for a figure that the
/// report does not have.
Result<std::vector<std::string>> missed_bounds(const nlohmann::ordered_json& report, const std::vector<Bound>& at_least,
                                               const std::vector<Bound>& at_most);

}  // namespace cairn
