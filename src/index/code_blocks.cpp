#include "index/code_blocks.h"

namespace cairn::index {

void read_signs(const std::byte* codes, std::size_t words, std::size_t vector, std::span<std::uint64_t> signs) {
  const std::size_t block = vector / vectors_per_block, lane = vector % vectors_per_block;
  const std::byte* at = codes + (block * words * vectors_per_block + lane) * sizeof(std::uint64_t);
  for (std::size_t w = 0; w < words; ++w)
    signs[w] = load<std::uint64_t>(at + w * vectors_per_block * sizeof(std::uint64_t));
}

}  // namespace cairn::index
