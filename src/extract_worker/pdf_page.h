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

/// Replaces the lines of each table by one line a row, with its cells.
void find_tables(PageLines& page);

/// Writes the pages as headings, paragraphs, list items, code and table rows.
void assemble_pages(std::vector<PageLines>& pages, DocumentBuilder& builder);

std::string to_utf8(std::u32string_view text);

}  // namespace cairn::extraction
