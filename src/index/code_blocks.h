#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "index/format.h"

namespace cairn::index {

/// Sign codes lie in blocks of eight vectors, word by word: word 0 of the eight, word 1 of the eight, …, so that one
/// 64-byte load holds the same word of eight vectors. The last block is filled up with zeros.
inline constexpr std::size_t vectors_per_block = 8;

inline constexpr std::size_t factor_block_bytes = 2 * vectors_per_block * sizeof(std::uint16_t);

inline std::uint64_t code_section_bytes(std::uint64_t vectors, std::size_t words) {
  return (vectors + vectors_per_block - 1) / vectors_per_block * vectors_per_block * words * sizeof(std::uint64_t);
}

/// Rearranges codes that arrive one by one into blocks. `Out` takes Bytes.
class CodeBlockPacker {
 public:
  explicit CodeBlockPacker(std::size_t words) : words_(words), block_(words * vectors_per_block) {}

  template <class Out>
  void add(std::span<const std::uint64_t> signs, Out out) {
    for (std::size_t w = 0; w < words_; ++w) block_[w * vectors_per_block + filled_] = signs[w];
    if (++filled_ == vectors_per_block) flush(out);
  }

  template <class Out>
  void flush(Out out) {
    if (filled_ == 0) return;
    out(std::as_bytes(std::span(block_)));
    block_.assign(block_.size(), 0);
    filled_ = 0;
  }

 private:
  std::size_t words_;
  std::size_t filled_ = 0;
  std::vector<std::uint64_t> block_;
};

/// The factors of the scan, as halves, in blocks of eight vectors too: eight sign scales, then eight of along_centre.
class FactorBlocks {
 public:
  void add(std::uint16_t sign_scale, std::uint16_t along_centre);
  Bytes bytes() const { return std::as_bytes(std::span(values_)); }
  std::size_t size() const { return count_; }

  /// Which half is the sign scale of a vector; its along_centre lies eight further on.
  static std::size_t place(std::size_t vector) {
    return vector / vectors_per_block * 2 * vectors_per_block + vector % vectors_per_block;
  }

 private:
  std::vector<std::uint16_t> values_;
  std::size_t count_ = 0;
};

/// The sign code of one vector out of its block.
void read_signs(const std::byte* codes, std::size_t words, std::size_t vector, std::span<std::uint64_t> signs);

}  // namespace cairn::index
