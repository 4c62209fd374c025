#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/span.h"
#include "text/block.h"

namespace cairn::extraction {

/// What one document may cost. The parent sends these with each request.
struct Limits {
  std::uint64_t max_text_bytes = 20'000'000;       ///< Canonical text, UTF-8.
  std::uint64_t max_expanded_bytes = 200'000'000;  ///< All parts of a ZIP package, unpacked.
  std::uint64_t max_expansion_ratio = 200;         ///< Unpacked to packed; only asked above 10 MB unpacked.
  std::uint32_t max_nesting = 5;                   ///< Attachments within attachments.
};

/// A block as the child keeps it: documents have many blocks and few heading paths, so a path is a number.
struct BlockRecord {
  Span span;
  text::BlockKind kind = text::BlockKind::paragraph;
  std::uint32_t page = 0;
  std::uint32_t path = 0;  ///< Index into Document::paths.
};

/// The result of extraction.
struct Document {
  std::string text;  ///< Canonical text: well-formed UTF-8, '\n' line ends.
  std::vector<BlockRecord> blocks;
  std::vector<std::vector<std::string>> paths;
  std::uint32_t pages = 0;
  std::string title;
  std::string media_type;
};

}  // namespace cairn::extraction
