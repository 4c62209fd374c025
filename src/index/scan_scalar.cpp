#include <bit>

#include "index/code_blocks.h"
#include "index/scan_targets.h"

namespace cairn::index {
namespace {

std::uint64_t distance(const ScanQuery& query, const std::byte* block, std::size_t lane) {
  std::uint64_t sum = 0;
  for (std::size_t w = 0; w < query.words; ++w) {
    const auto signs = load<std::uint64_t>(block + (w * vectors_per_block + lane) * sizeof(std::uint64_t));
    for (std::size_t j = 0; j < query.plane_count; ++j)
      sum += static_cast<std::uint64_t>(std::popcount(signs ^ query.planes[j * query.words + w])) << j;
  }
  return sum;
}

std::size_t scan(const ScanQuery& query, const ScanTarget& target, std::size_t first, std::size_t last, float threshold,
                 Estimate* out) {
  const std::size_t block_bytes = query.words * vectors_per_block * sizeof(std::uint64_t);
  const auto most = static_cast<std::int64_t>(((1u << query.plane_count) - 1) * query.words * 64);
  std::size_t found = 0;
  for (std::size_t block = first; block < last; ++block) {
    const ArrayView<std::uint16_t> factors(Bytes(target.factors + block * factor_block_bytes, factor_block_bytes));
    for (std::size_t lane = 0; lane < vectors_per_block; ++lane) {
      if (((target.live[block] >> lane) & 1) == 0) continue;
      const std::uint64_t d = distance(query, target.codes + block * block_bytes, lane);
      const auto agreement = static_cast<float>(most - 2 * static_cast<std::int64_t>(d));
      const float scale = from_half(factors[lane]);
      const float along = from_half(factors[vectors_per_block + lane]);
      const float score = (query.offset + along) + scale * (query.plane_scale * agreement);
      if (score >= threshold) out[found++] = {static_cast<std::uint32_t>(block * vectors_per_block + lane), score};
    }
  }
  return found;
}

std::int64_t fine_dot(const std::int16_t* query, const std::byte* fine, std::size_t size) {
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < size; ++i) sum += std::int64_t{query[i]} * (std::to_integer<int>(fine[i]) - 128);
  return sum;
}

}  // namespace

const ScanKernel scalar_kernel{scan, fine_dot, "scalar"};

}  // namespace cairn::index
