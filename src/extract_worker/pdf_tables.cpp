#include <algorithm>

#include "extract_worker/pdf_page.h"

namespace cairn::extraction {
namespace {

struct Column {
  float u0, u1;
};

bool near_below(const Line& above, const Line& below) {
  const float gap = below.baseline - above.baseline;
  return above.column == below.column && gap > 0 && gap < 3.2f * std::max(above.size, below.size);
}

/// A cell that goes on below: one short segment close to the line above, and the table continues after it.
bool is_cell_continuation(const PageLines& page, std::size_t i) {
  const Line& line = page.lines[i];
  if (line.segments.size() != 1 || line.u1 - line.u0 > 0.6f * (line.column_u1 - line.column_u0)) return false;
  if (line.baseline - page.lines[i - 1].baseline > 1.7f * line.size) return false;
  for (std::size_t k = i + 1; k < std::min(i + 3, page.lines.size()); ++k) {
    if (!near_below(page.lines[k - 1], page.lines[k])) return false;
    if (page.lines[k].segments.size() > 1) return true;
  }
  return false;
}

std::size_t end_of_run(const PageLines& page, std::size_t begin) {
  std::size_t end = begin + 1;
  while (end < page.lines.size() && near_below(page.lines[end - 1], page.lines[end]) &&
         (page.lines[end].segments.size() > 1 || is_cell_continuation(page, end)))
    ++end;
  return end;
}

/// Columns: what the segments of the lines with many segments cover, where they overlap taken together.
std::vector<Column> find_columns(const PageLines& page, std::size_t begin, std::size_t end) {
  std::size_t most = 0;
  for (std::size_t i = begin; i < end; ++i) most = std::max(most, page.lines[i].segments.size());
  std::vector<Column> columns;
  for (std::size_t i = begin; i < end; ++i) {
    if (page.lines[i].segments.size() * 3 < most * 2) continue;
    for (const auto& segment : page.lines[i].segments) columns.push_back({segment.u0, segment.u1});
  }
  std::ranges::sort(columns, {}, &Column::u0);
  std::vector<Column> merged;
  for (const auto& column : columns) {
    if (!merged.empty() && column.u0 < merged.back().u1) merged.back().u1 = std::max(merged.back().u1, column.u1);
    else merged.push_back(column);
  }
  return merged;
}

std::size_t column_of(const Segment& segment, const std::vector<Column>& columns) {
  std::size_t best = 0;
  float best_overlap = -1e9f;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const float overlap = std::min(segment.u1, columns[i].u1) - std::max(segment.u0, columns[i].u0);
    if (overlap > best_overlap) best_overlap = overlap, best = i;
  }
  return best;
}

/// Whether a drawn line separates two baselines over half of the table's width.
bool ruled_between(const PageLines& page, const Line& above, const Line& below, float u0, float u1) {
  return std::ranges::any_of(page.rules, [&](const Rule& rule) {
    const float middle = (rule.y0 + rule.y1) / 2;
    const bool between = rule.y1 - rule.y0 < 4 && middle > above.baseline - 1 && middle < below.baseline - 0.3f * below.size;
    return between && std::min(rule.x1, u1) - std::max(rule.x0, u0) > 0.1f * (u1 - u0);
  });
}

/// For each line whether it starts a row. Rules decide where most rows have them; otherwise every line is a row.
std::vector<bool> find_row_starts(const PageLines& page, std::size_t begin, std::size_t end) {
  float u0 = 1e9f;
  float u1 = -1e9f;
  for (std::size_t i = begin; i < end; ++i) u0 = std::min(u0, page.lines[i].u0), u1 = std::max(u1, page.lines[i].u1);
  std::vector<bool> starts(end - begin, true);
  std::size_t ruled = 0;
  for (std::size_t i = begin + 1; i < end; ++i) {
    starts[i - begin] = ruled_between(page, page.lines[i - 1], page.lines[i], u0, u1);
    ruled += starts[i - begin];
  }
  if (ruled * 3 < end - begin - 1 || ruled < 2) starts.assign(end - begin, true);
  return starts;
}

}  // namespace

TableRun read_table(const PageLines& page, std::size_t begin) {
  TableRun run{.begin = begin, .end = begin, .rows = {}};
  if (page.lines[begin].segments.size() < 2) return run;
  const std::size_t end = end_of_run(page, begin);
  if (end - begin == 1 && page.lines[begin].segments.size() < 3) return run;
  const std::vector<Column> columns = find_columns(page, begin, end);
  const std::vector<bool> starts = find_row_starts(page, begin, end);
  run.end = end;
  for (std::size_t i = begin; i < end; ++i) {
    if (starts[i - begin]) run.rows.emplace_back(std::max<std::size_t>(columns.size(), 1));
    for (const auto& segment : page.lines[i].segments) {
      std::string& cell = run.rows.back()[columns.empty() ? 0 : column_of(segment, columns)];
      if (!cell.empty()) cell += ' ';
      cell += to_utf8(segment.text);
    }
  }
  return run;
}

}  // namespace cairn::extraction
