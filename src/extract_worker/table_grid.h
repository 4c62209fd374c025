#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "extract_worker/document_builder.h"

namespace cairn::extraction {

/// A table with merged cells, made into plain rows: a merged cell repeats its text in each row and column that it
/// covers, so that each row can be read by itself; a cell across the whole table comes once. Columns without any text,
/// which pages use as spacing, are left out.
class TableGrid {
 public:
  void begin_row();
  /// Spans of 0 count as 1; absurd spans are cut.
  void cell(std::string text, std::uint32_t columns, std::uint32_t rows);
  /// Leaves `columns` cells empty.
  void skip(std::uint32_t columns) { cell({}, columns, 1); }
  /// Repeats the cell above, for formats that mark continuation instead of giving a span.
  void continue_above(std::uint32_t columns);

  bool empty() const { return rows_.empty(); }
  std::size_t widest_row() const;
  /// Writes the rows as blocks and forgets them.
  void emit(DocumentBuilder& builder);
  /// All text, cell by cell, for a table inside a cell.
  std::string as_text();

 private:
  struct Hanging {
    std::string text;
    std::uint32_t rows_left;
  };
  void place_hanging();

  std::vector<std::vector<std::string>> rows_;
  std::map<std::size_t, Hanging> hanging_;  ///< Cells of rows above that reach into the current row, by column.
};

}  // namespace cairn::extraction
