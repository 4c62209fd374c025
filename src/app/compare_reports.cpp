#include "app/compare_reports.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <utility>

namespace cairn {
namespace {

using Json = nlohmann::ordered_json;
using Better = ComparedFigure::Better;

void flatten(const Json& json, const std::string& prefix, std::vector<std::pair<std::string, double>>& out) {
  for (const auto& [name, value] : json.items()) {
    const std::string path = prefix.empty() ? name : prefix + "." + name;
    if (value.is_object()) flatten(value, path, out);
    else if (value.is_number()) out.emplace_back(path, value.get<double>());
  }
}

std::vector<std::pair<std::string, double>> figures_of(const Json& report) {
  std::vector<std::pair<std::string, double>> figures;
  flatten(report, "", figures);
  return figures;
}

Better better_of(const std::string& name) {
  if (name.ends_with("_ms") || name.starts_with("cost.") || name == "unanswerable.answered") return Better::lower;
  constexpr std::string_view shares[] = {"faithfulness",
                                         "citation_precision",
                                         "citation_recall",
                                         "literal_quotes",
                                         "accuracy",
                                         "recall_of_false",
                                         "true_kept",
                                         "ndcg_at_10",
                                         "recall_at_100",
                                         "mrr_at_10",
                                         "quote_contains_answer",
                                         "answer_contains_answer"};
  if (name.starts_with("shares.") || std::ranges::find(shares, name) != std::end(shares)) return Better::higher;
  return Better::neither;
}

std::string number(double value) {
  char text[32];
  const bool whole = std::abs(value - std::round(value)) < 1e-9;
  std::snprintf(text, sizeof text, whole ? "%.0f" : "%.4g", value);
  return text;
}

std::string number(const std::optional<double>& value) { return value ? number(*value) : "–"; }

std::string escaped(const std::string& text) {
  std::string safe;
  for (const char c : text) {
    if (c == '<') safe += "&lt;";
    else if (c == '>') safe += "&gt;";
    else if (c == '&') safe += "&amp;";
    else if (c == '"') safe += "&quot;";
    else safe += c;
  }
  return safe;
}

/// Two bars, the longer of which has the whole width.
std::string bars(const ComparedFigure& figure) {
  const double a = figure.before.value_or(0), b = figure.after.value_or(0);
  const double most = std::max({std::abs(a), std::abs(b), 1e-12});
  const auto bar = [&](double value, int y, const char* kind) {
    return "<rect class=\"" + std::string(kind) + "\" x=\"0\" y=\"" + std::to_string(y) + "\" height=\"9\" width=\"" +
           number(200 * std::abs(value) / most) + "\"/>";
  };
  return "<svg viewBox=\"0 0 200 22\" width=\"200\" height=\"22\" role=\"img\" aria-label=\"" + escaped(figure.name) +
         ": " + number(a) + ", " + number(b) + "\">" + bar(a, 1, "a") + bar(b, 12, "b") + "</svg>";
}

constexpr std::string_view page_head =
    "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Cairn: two runs compared</title><style>"
    "body{font:15px/1.5 system-ui,sans-serif;margin:2rem;color:#1b1f24;background:#fff}"
    "table{border-collapse:collapse}th,td{padding:.3rem .8rem;text-align:right;border-bottom:1px solid #d8dee4}"
    "th:first-child,td:first-child{text-align:left}.a{fill:#8c959f}.b{fill:#0969da}"
    ".better{color:#116329}.worse{color:#a40e26}"
    "@media(prefers-color-scheme:dark){body{color:#e6edf3;background:#0d1117}th,td{border-color:#30363d}"
    ".better{color:#56d364}.worse{color:#ff7b72}.b{fill:#58a6ff}}</style>";

}  // namespace

int ComparedFigure::verdict() const {
  if (better == Better::neither || !before || !after || std::abs(change()) < 1e-12) return 0;
  return (change() > 0) == (better == Better::higher) ? 1 : -1;
}

std::vector<ComparedFigure> compare_reports(const Json& before, const Json& after) {
  auto left = figures_of(before);
  std::vector<ComparedFigure> figures;
  const auto add = [&](const std::string& name, std::optional<double> a, std::optional<double> b) {
    figures.push_back({.name = name, .before = a, .after = b, .better = better_of(name)});
  };
  for (const auto& [name, value] : figures_of(after)) {
    const auto same = std::ranges::find(left, name, &std::pair<std::string, double>::first);
    add(name, same == left.end() ? std::nullopt : std::optional(same->second), value);
    if (same != left.end()) left.erase(same);
  }
  for (const auto& [name, value] : left) add(name, value, std::nullopt);
  return figures;
}

Json to_json(const std::vector<ComparedFigure>& figures) {
  Json list = Json::array();
  for (const ComparedFigure& figure : figures) {
    const auto value = [](const std::optional<double>& number) { return number ? Json(*number) : Json(); };
    const int verdict = figure.verdict();
    list.push_back({{"figure", figure.name},
                    {"before", value(figure.before)},
                    {"after", value(figure.after)},
                    {"change", figure.change()},
                    {"verdict", verdict > 0   ? "better"
                                : verdict < 0 ? "worse"
                                              : "same"}});
  }
  return {{"figures", std::move(list)}};
}

std::string comparison_page(const std::string& before, const std::string& after,
                            const std::vector<ComparedFigure>& figures) {
  std::string page(page_head);
  page +=
      "<h1>Two runs compared</h1><p><svg width=\"12\" height=\"9\"><rect class=\"a\" width=\"12\" "
      "height=\"9\"/></svg> " +
      escaped(before) + " &nbsp; <svg width=\"12\" height=\"9\"><rect class=\"b\" width=\"12\" height=\"9\"/></svg> " +
      escaped(after) +
      "</p><table><thead><tr><th>figure</th><th>before</th><th>after</th><th>change</th><th></th></tr></thead><tbody>";
  for (const ComparedFigure& figure : figures) {
    const int verdict = figure.verdict();
    page += "<tr><td>" + escaped(figure.name) + "</td><td>" + number(figure.before) + "</td><td>" +
            number(figure.after) + "</td><td class=\"" +
            (verdict > 0   ? "better"
             : verdict < 0 ? "worse"
                           : "same") +
            "\">" + (figure.before && figure.after ? (figure.change() > 0 ? "+" : "") + number(figure.change()) : "") +
            "</td><td>" + bars(figure) + "</td></tr>";
  }
  return page + "</tbody></table></html>\n";
}

Result<Bound> parse_bound(const std::string& text) {
  const auto equals = text.find('=');
  double value = 0;
  const char* end = text.data() + text.size();
  const bool number = equals != std::string::npos && equals > 0 &&
                      std::from_chars(text.data() + equals + 1, end, value).ptr == end && equals + 1 < text.size();
  if (!number)
    return fail(ErrorKind::invalid, "\"" + text + "\" is no bound; write FIGURE=NUMBER, such as faithfulness=0.95");
  return Bound{text.substr(0, equals), value};
}

Result<std::vector<std::string>> missed_bounds(const Json& report, const std::vector<Bound>& at_least,
                                               const std::vector<Bound>& at_most) {
  const auto figures = figures_of(report);
  std::vector<std::string> missed;
  const auto look = [&](const Bound& bound, bool least) -> Result<void> {
    const auto found = std::ranges::find(figures, bound.figure, &std::pair<std::string, double>::first);
    if (found == figures.end()) {
      std::string known;
      for (const auto& [name, value] : figures) known.append(known.empty() ? "" : ", ").append(name);
      return fail(ErrorKind::invalid, "the report has no figure \"" + bound.figure + "\"; it has " + known);
    }
    const bool kept = least ? found->second >= bound.value : found->second <= bound.value;
    if (!kept)
      missed.push_back(bound.figure + " is " + number(found->second) + (least ? ", below " : ", above ") +
                       number(bound.value));
    return {};
  };
  for (const Bound& bound : at_least) CAIRN_CHECK(look(bound, true));
  for (const Bound& bound : at_most) CAIRN_CHECK(look(bound, false));
  return missed;
}

}  // namespace cairn
