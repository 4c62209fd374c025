#include "text/chunk_packing.h"

#include <algorithm>
#include <limits>

namespace cairn::text {

std::vector<UnitRange> pack_by_cost(const std::vector<Unit>& units, const PackingRules& rules) {
  const std::size_t count = units.size();
  std::vector<float> cost(count + 1, std::numeric_limits<float>::max());
  std::vector<std::size_t> begins(count + 1, 0);
  cost[0] = 0;
  for (std::size_t end = 1; end <= count; ++end) {
    const float penalty = end < count ? rules.penalties[end - 1] : 0;
    std::uint64_t weight = 0;
    for (std::size_t begin = end; begin-- > 0;) {
      weight += units[begin].weight;
      if (weight > rules.capacity && begin + 1 < end) break;
      const float slack = std::max(0.0F, 1 - static_cast<float>(weight) / static_cast<float>(rules.capacity));
      const float total = cost[begin] + rules.slack_weight * slack * slack + penalty;
      if (total < cost[end]) {
        cost[end] = total;
        begins[end] = begin;
      }
    }
  }
  std::vector<UnitRange> ranges;
  for (std::size_t end = count; end > 0; end = begins[end]) ranges.push_back({begins[end], end});
  std::ranges::reverse(ranges);
  return ranges;
}

std::vector<UnitRange> pack_in_order(const std::vector<Unit>& units, std::uint32_t capacity) {
  std::vector<UnitRange> ranges;
  std::uint64_t weight = 0;
  for (std::size_t i = 0; i < units.size(); ++i) {
    weight += units[i].weight;
    if (ranges.empty() || weight > capacity) {
      ranges.push_back({i, i});
      weight = units[i].weight;
    }
    ranges.back().last = i + 1;
  }
  return ranges;
}

}  // namespace cairn::text
