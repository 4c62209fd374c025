#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/span.h"

namespace cairn::text {

enum class BlockKind { heading, paragraph, list_item, table_row, code, quote };

/// A piece of canonical text: where it is, on which page, and below which headings.
/// Blocks are in reading order and do not overlap; what lies between two blocks is white space.
struct Block {
  Span span;
  BlockKind kind = BlockKind::paragraph;
  std::uint32_t page = 0;                 ///< 1-based; 0 where the format has no pages.
  std::vector<std::string> heading_path;  ///< Outermost first; a heading's own text is not in its path.
};

}  // namespace cairn::text
