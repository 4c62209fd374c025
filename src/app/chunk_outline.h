#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/span.h"

namespace cairn {

/// The headings above a chunk and inside it, as a segment keeps them in index::ChunkInput::heading_path.
struct ChunkOutline {
  std::vector<std::string> path;  ///< Outermost first.
  std::vector<Span> headings;     ///< Inside the chunk, in code points from its start; ascending.
};

/// The headings of the path joined by U+001F; each heading inside, if any, as U+001E, its start, "+" and its size.
std::string to_stored(const ChunkOutline& outline);

/// Reads what to_stored() made; what is not of that form is left out.
ChunkOutline outline_from_stored(std::string_view stored);

}  // namespace cairn
