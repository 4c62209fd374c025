#pragma once

#include <cstdint>
#include <vector>

#include "text/chunk_units.h"

namespace cairn::text {

/// How units are put together.
struct PackingRules {
  std::uint32_t capacity = 0;    ///< What a chunk may weigh; a single unit may weigh more.
  float slack_weight = 1;        ///< What an empty chunk costs, against the penalties of cutting.
  std::vector<float> penalties;  ///< What it costs to cut after unit i; one less than there are units.
};

/// Units [first, last) of one chunk.
struct UnitRange {
  std::size_t first = 0, last = 0;
};

/// The division of least cost: the sum over chunks of slack_weight · (1 − weight / capacity)², plus the penalties of
/// the cuts. The same dynamic programme that breaks paragraphs into lines (Knuth and Plass, 1981), linear for a fixed
/// capacity.
std::vector<UnitRange> pack_by_cost(const std::vector<Unit>& units, const PackingRules& rules);

/// Fills each chunk before the next one begins.
std::vector<UnitRange> pack_in_order(const std::vector<Unit>& units, std::uint32_t capacity);

}  // namespace cairn::text
