#include <algorithm>
#include <cmath>

#include "extract_worker/pdf_page.h"

namespace cairn::extraction {
namespace {

struct Column {
  float u0, u1;
};

/// Justified prose with few spaces: it fills its column, and its gaps are all alike. Cells leave more room than ink.
bool is_justified(const Line& line) {
  float least = 1e9f;
  float most = 0;
  float ink = 0;
  const Word* before = nullptr;
  for (const auto& segment : line.segments)
    for (const auto& word : segment.words) {
      ink += word.u1 - word.u0;
      if (before != nullptr) least = std::min(least, word.u0 - before->u1), most = std::max(most, word.u0 - before->u1);
      before = &word;
    }
  const bool fills = line.u0 - line.column_u0 < 2.5f * line.size && line.column_u1 - line.u1 < 1.5f * line.size;
  return fills && ink > 0.5f * (line.u1 - line.u0) && most < 1.3f * least;
}

void join_segments(Line& line) {
  std::vector<Word> words;
  for (const auto& segment : line.segments) words.insert(words.end(), segment.words.begin(), segment.words.end());
  Segment whole = line.segments.front();
  whole.text = join_words(words);
  whole.words = std::move(words);
  whole.u1 = line.u1;
  line.segments.assign(1, std::move(whole));
}

bool near_below(const Line& above, const Line& below) {
  const float gap = below.baseline - above.baseline;
  return above.column == below.column && gap > 0 && gap < 3.2f * std::max(above.size, below.size);
}

/// A cell that goes on below: one short segment close to the line above, and the table continues after it.
bool is_cell_continuation(const PageLines& page, std::size_t i) {
  const Line& line = page.lines[i];
  const float width = line.column_u1 - line.column_u0;
  const bool from_the_margin = line.u0 < line.column_u0 + 0.15f * width;
  if (line.segments.size() != 1 || (from_the_margin && line.u1 - line.u0 > 0.6f * width)) return false;
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

/// The narrowest space between columns, in font sizes; spaces between words are .2 to .35.
constexpr float kColumnGap = 0.5f;

/// Columns: positions that hardly any word of the run covers separate them.
std::vector<Column> find_columns(const PageLines& page, std::size_t begin, std::size_t end) {
  std::vector<std::pair<float, int>> edges;
  std::vector<float> sizes;
  for (std::size_t i = begin; i < end; ++i)
    for (const auto& segment : page.lines[i].segments)
      for (const auto& word : segment.words) {
        edges.emplace_back(word.u0, 1);
        edges.emplace_back(word.u1, -1);
        sizes.push_back(word.size);
      }
  if (edges.empty()) return {};
  std::ranges::sort(edges);
  std::ranges::nth_element(sizes, sizes.begin() + static_cast<std::ptrdiff_t>(sizes.size() / 2));
  const float gap = kColumnGap * sizes[sizes.size() / 2];
  const int tolerated = static_cast<int>((end - begin) / 7);
  std::vector<Column> columns = {{edges.front().first, edges.front().first}};
  int covered = 0;
  float free_since = edges.front().first;
  for (const auto& [u, change] : edges) {
    if (covered <= tolerated && covered + change > tolerated && u - free_since >= gap &&
        free_since > edges.front().first)
      columns.push_back({u, u});
    covered += change;
    if (covered > tolerated) columns.back().u1 = std::max(columns.back().u1, u);
    else if (change < 0 && covered == tolerated) columns.back().u1 = u, free_since = u;
  }
  return columns;
}

/// The column that holds most of the word; one between two columns goes to the nearer.
std::size_t column_of(const Word& word, const std::vector<Column>& columns) {
  std::size_t best = 0;
  float best_overlap = -1e9f;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const float overlap = std::min(word.u1, columns[i].u1) - std::max(word.u0, columns[i].u0);
    if (overlap > best_overlap) best_overlap = overlap, best = i;
  }
  return best;
}

/// Whether a drawn line separates two baselines over half of the table's width.
bool ruled_between(const PageLines& page, const Line& above, const Line& below, float u0, float u1) {
  return std::ranges::any_of(page.rules, [&](const Rule& rule) {
    const float middle = (rule.y0 + rule.y1) / 2;
    const bool between =
        rule.y1 - rule.y0 < 4 && middle > above.baseline - 1 && middle < below.baseline - 0.3f * below.size;
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
  // Two or three rules around the head and the end of a table say nothing about its rows.
  const std::size_t lines_per_row = (end - begin) / (ruled + 1);
  if (ruled < 2 || lines_per_row > (ruled < 3 ? 3 : 5)) starts.assign(end - begin, true);
  return starts;
}

/// One row from the lines [begin, end), with the cells of each line below those of the line above.
Line make_row(const PageLines& page, std::size_t begin, std::size_t end, const std::vector<Column>& columns) {
  Line row = page.lines[begin];
  row.cells.resize(columns.size());
  for (std::size_t i = begin; i < end; ++i) {
    std::vector<std::vector<Word>> words(columns.size());
    for (const auto& segment : page.lines[i].segments)
      for (const auto& word : segment.words) words[column_of(word, columns)].push_back(word);
    for (std::size_t c = 0; c < columns.size(); ++c) {
      const std::u32string text = join_words(words[c]);
      if (!row.cells[c].empty() && !text.empty()) row.cells[c] += U' ';
      row.cells[c] += text;
    }
  }
  return row;
}

/// A full line of text close above or below: what stands between two of them is prose too.
bool is_full_neighbour(const Line& line, const Line& neighbour) {
  return neighbour.segments.size() == 1 && neighbour.column == line.column &&
         std::abs(neighbour.baseline - line.baseline) < 1.9f * line.size &&
         neighbour.u1 - neighbour.u0 > 0.85f * (line.column_u1 - line.column_u0);
}

/// One or two lines with wide gaps within a paragraph, as inline code and justification make them.
bool is_inside_prose(const PageLines& page, std::size_t begin, std::size_t end) {
  if (end - begin > 2) return false;
  return (begin > 0 && is_full_neighbour(page.lines[begin], page.lines[begin - 1])) ||
         (end < page.lines.size() && is_full_neighbour(page.lines[end - 1], page.lines[end]));
}

/// The end of the table that starts at `begin`, or `begin`.
std::size_t end_of_table(const PageLines& page, std::size_t begin) {
  if (page.lines[begin].segments.size() < 2) return begin;
  const std::size_t end = end_of_run(page, begin);
  if (end - begin == 1 && page.lines[begin].segments.size() < 3) return begin;
  return is_inside_prose(page, begin, end) ? begin : end;
}

/// Whether the line above a table is its head, although its cells stand so close that it looked like text: each word
/// stands in one column, and in each column but the first they begin or end where the column does.
bool is_table_head(const Line& head, const Line& first, const std::vector<Column>& columns) {
  if (!head.cells.empty() || !near_below(head, first)) return false;
  std::vector<Column> filled(columns.size(), {1e9f, -1e9f});
  for (const auto& segment : head.segments)
    for (const auto& word : segment.words) {
      Column& column = filled[column_of(word, columns)];
      column.u0 = std::min(column.u0, word.u0);
      column.u1 = std::max(column.u1, word.u1);
    }
  std::size_t used = 0;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (filled[i].u1 < filled[i].u0) continue;
    ++used;
    const float near = 0.4f * head.size;
    const bool aligned = std::abs(filled[i].u0 - columns[i].u0) < near || std::abs(filled[i].u1 - columns[i].u1) < near;
    const bool inside = i + 1 == columns.size() || filled[i].u1 < columns[i + 1].u0;
    if (!aligned || !inside) return false;
  }
  return used >= 2 && used == columns.size();
}

}  // namespace

void find_tables(PageLines& page) {
  for (auto& line : page.lines)
    if (line.segments.size() > 1 && is_justified(line)) join_segments(line);
  std::vector<Line> lines;
  for (std::size_t i = 0; i < page.lines.size();) {
    const std::size_t end = end_of_table(page, i);
    const std::vector<Column> columns = end > i ? find_columns(page, i, end) : std::vector<Column>();
    if (columns.size() < 2) {
      lines.push_back(page.lines[i++]);
      continue;
    }
    if (!lines.empty() && is_table_head(lines.back(), page.lines[i], columns)) {
      lines.pop_back();
      lines.push_back(make_row(page, i - 1, i, columns));
    }
    const std::vector<bool> starts = find_row_starts(page, i, end);
    for (std::size_t row = i; row < end;) {
      std::size_t next = row + 1;
      while (next < end && !starts[next - i]) ++next;
      lines.push_back(make_row(page, row, next, columns));
      row = next;
    }
    i = end;
  }
  for (auto& line : lines)
    for (auto& segment : line.segments) segment.words = {};
  page.lines = std::move(lines);
}

}  // namespace cairn::extraction
