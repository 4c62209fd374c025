#include "index/code_blocks.h"

namespace cairn::index {

void read_signs(const std::byte* codes, std::size_t words, std::size_t vector, std::span<std::uint64_t> signs) {
  const std::size_t block = vector / vectors_per_block, lane = vector % vectors_per_block;
  const std::byte* at = codes + (block * words * vectors_per_block + lane) * sizeof(std::uint64_t);
  for (std::size_t w = 0; w < words; ++w)
    signs[w] = load<std::uint64_t>(at + w * vectors_per_block * sizeof(std::uint64_t));
}

void FactorBlocks::add(std::uint16_t sign_scale, std::uint16_t along_centre) {
  if (count_ % vectors_per_block == 0) values_.resize(values_.size() + 2 * vectors_per_block);
  values_[place(count_)] = sign_scale;
  values_[place(count_) + vectors_per_block] = along_centre;
  ++count_;
}

}  // namespace cairn::index
