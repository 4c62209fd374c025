#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "extract_worker/pdf_page.h"

namespace cairn::extraction {
namespace {

/// Running lines stand in the outer part of the page and among its first or last lines.
constexpr float kMarginShare = 0.18f;
constexpr std::size_t kOuterLines = 3;

bool is_digit(char32_t c) { return c >= '0' && c <= '9'; }

/// The text with each number replaced by '#', without spaces.
std::u32string pattern_of(const Line& line) {
  std::u32string out;
  for (const char32_t c : line.text()) {
    if (c == ' ') continue;
    if (!is_digit(c)) out += c;
    else if (out.empty() || out.back() != U'#') out += U'#';
  }
  return out;
}

bool is_page_number(const std::u32string& pattern) {
  static const std::set<std::u32string> kNumbers = {
      U"#",          U"-#-",          U"–#–",  U"—#—",   U"Page#", U"page#",      U"#/#",
      U"Page#of#",   U"page#of#",     U"#of#", U"第#頁", U"第#页", U"第#頁共#頁", U"第#頁，共#頁",
      U"第#页共#页", U"第#页，共#页", U"p.#",  U"[#]",   U"#-#",   U"|#",         U"#|"};
  return kNumbers.contains(pattern);
}

/// Indices of the lines that may be running lines, by position.
std::vector<std::size_t> outer_lines(const PageLines& page) {
  std::vector<std::size_t> order(page.lines.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::stable_sort(order, [&](auto a, auto b) { return page.lines[a].baseline < page.lines[b].baseline; });
  std::vector<std::size_t> outer;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const float v = page.lines[order[i]].baseline;
    const bool top = i < kOuterLines && v < kMarginShare * page.height;
    const bool bottom = i + kOuterLines >= order.size() && v > (1 - kMarginShare) * page.height;
    if (top || bottom) outer.push_back(order[i]);
  }
  return outer;
}

struct Seen {
  std::size_t pages = 0;
  bool kept_one = false;
};

/// Position on the page in steps of 8 points: running lines do not move.
std::pair<std::u32string, int> key_of(const Line& line) {
  return {pattern_of(line), static_cast<int>(std::lround(line.baseline / 8))};
}

}  // namespace

void remove_running_lines(std::vector<PageLines>& pages) {
  std::map<std::pair<std::u32string, int>, Seen> seen;
  std::size_t numbered_pages = 0;
  for (const auto& page : pages) {
    bool numbered = false;
    for (const std::size_t i : outer_lines(page)) {
      ++seen[key_of(page.lines[i])].pages;
      numbered = numbered || is_page_number(pattern_of(page.lines[i]));
    }
    numbered_pages += numbered;
  }
  const bool has_page_numbers = numbered_pages >= 2 && numbered_pages * 2 > pages.size();
  const std::size_t enough = std::max<std::size_t>(2, pages.size() / 4);
  for (auto& page : pages) {
    std::set<std::size_t> drop;
    const auto outer = outer_lines(page);
    for (std::size_t i = 0; i < page.lines.size(); ++i) {
      const Line& line = page.lines[i];
      const bool is_outer = std::ranges::find(outer, i) != outer.end();
      const bool number = is_page_number(pattern_of(line));
      if (is_outer && number && (has_page_numbers || line.artifact())) drop.insert(i);
      else if ((is_outer && seen[key_of(line)].pages >= enough && pages.size() >= 3) ||
               (line.artifact() && pages.size() > 1)) {
        auto& entry = seen[key_of(line)];
        if (std::exchange(entry.kept_one, true) || number) drop.insert(i);
      }
    }
    std::vector<Line> kept;
    for (std::size_t i = 0; i < page.lines.size(); ++i)
      if (!drop.contains(i)) kept.push_back(std::move(page.lines[i]));
    page.lines = std::move(kept);
  }
}

}  // namespace cairn::extraction
