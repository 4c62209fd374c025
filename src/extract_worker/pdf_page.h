#pragma once

#include <cstdint>
#include <vector>

#include "extract_worker/document_builder.h"
#include "extract_worker/pdf_layout.h"

namespace cairn::extraction {

/// A page after layout.
struct PageLines {
  std::uint32_t number = 0;
  float height = 0;
  std::vector<Line> lines;
  std::vector<Rule> rules;
};

/// Takes out what repeats at the top and bottom of pages: running titles, document numbers, page numbers. The first
/// occurrence of a repeated text stays, since it may say something; page numbers go.
void remove_running_lines(std::vector<PageLines>& pages);

/// A run of lines that form a table.
struct TableRun {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::vector<std::vector<std::string>> rows;
};

/// The table that starts at `lines[begin]`, or one without rows.
TableRun read_table(const PageLines& page, std::size_t begin);

/// Writes the pages as headings, paragraphs, list items, code and table rows.
void assemble_pages(std::vector<PageLines>& pages, DocumentBuilder& builder);

std::string to_utf8(std::u32string_view text);

}  // namespace cairn::extraction
