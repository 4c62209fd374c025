#include "extract_worker/table_grid.h"

#include <algorithm>

namespace cairn::extraction {
namespace {

constexpr std::uint32_t kMaxColumnSpan = 64;
constexpr std::uint32_t kMaxRowSpan = 1000;
/// A longer text is prose in a layout table, not a value worth repeating.
constexpr std::size_t kMaxRepeated = 300;

bool is_one_cell_repeated(const std::vector<std::string>& row) {
  return row.size() > 1 && !row[0].empty() &&
         std::ranges::all_of(row, [&](const auto& cell) { return cell == row[0]; });
}

}  // namespace

void TableGrid::begin_row() {
  rows_.emplace_back();
  place_hanging();
}

/// Puts the cells that hang into this row at the position reached so far.
void TableGrid::place_hanging() {
  auto& row = rows_.back();
  for (auto found = hanging_.find(row.size()); found != hanging_.end(); found = hanging_.find(row.size())) {
    row.push_back(found->second.text);
    if (--found->second.rows_left == 0) hanging_.erase(found);
  }
}

void TableGrid::cell(std::string text, std::uint32_t columns, std::uint32_t rows) {
  if (rows_.empty()) begin_row();
  columns = std::clamp(columns, 1u, kMaxColumnSpan);
  rows = std::clamp(rows, 1u, kMaxRowSpan);
  const bool repeat = text.size() <= kMaxRepeated;
  for (std::uint32_t i = 0; i < columns; ++i) {
    auto& row = rows_.back();
    if (rows > 1) hanging_[row.size()] = {repeat ? text : std::string(), rows - 1};
    row.push_back(i == 0 || repeat ? text : std::string());
  }
  place_hanging();
}

void TableGrid::continue_above(std::uint32_t columns) {
  if (rows_.empty()) begin_row();
  for (std::uint32_t i = 0; i < std::clamp(columns, 1u, kMaxColumnSpan); ++i) {
    auto& row = rows_.back();
    const bool above = rows_.size() > 1 && row.size() < rows_[rows_.size() - 2].size();
    std::string text = above ? rows_[rows_.size() - 2][row.size()] : std::string();
    row.push_back(text.size() <= kMaxRepeated ? std::move(text) : std::string());
  }
}

std::size_t TableGrid::widest_row() const {
  std::size_t widest = 0;
  for (const auto& row : rows_) widest = std::max(widest, row.size());
  return widest;
}

void TableGrid::emit(DocumentBuilder& builder) {
  std::vector<bool> used(widest_row(), false);
  for (const auto& row : rows_)
    for (std::size_t i = 0; i < row.size(); ++i)
      if (!row[i].empty()) used[i] = true;
  for (auto& row : rows_) {
    std::vector<std::string> cells;
    for (std::size_t i = 0; i < row.size(); ++i)
      if (used[i]) cells.push_back(std::move(row[i]));
    if (is_one_cell_repeated(cells)) cells.resize(1);
    builder.row(cells);
  }
  rows_.clear();
  hanging_.clear();
}

std::string TableGrid::as_text() {
  std::string out;
  for (const auto& row : rows_)
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (row[i].empty() || (i > 0 && row[i] == row[i - 1])) continue;
      if (!out.empty()) out += ' ';
      out += row[i];
    }
  return out;
}

}  // namespace cairn::extraction
