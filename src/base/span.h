#pragma once

#include <compare>
#include <cstdint>

namespace cairn {

/// A stretch of a document's canonical text, counted in Unicode code points, end exclusive.
struct Span {
  std::uint32_t start = 0;
  std::uint32_t end = 0;

  std::uint32_t size() const { return end - start; }
  auto operator<=>(const Span&) const = default;
};

}  // namespace cairn
