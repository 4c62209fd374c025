#pragma once

#include <cstdint>
#include <vector>

namespace cairn::index {

/// A set of the ordinals below a fixed size, as bits.
class DocumentSet {
 public:
  explicit DocumentSet(std::size_t size, bool full = false)
      : words_((size + 63) / 64, full ? ~std::uint64_t{0} : 0), size_(size) {
    trim();
  }

  std::size_t size() const { return size_; }
  bool contains(std::size_t i) const { return ((words_[i / 64] >> (i % 64)) & 1) != 0; }
  void insert(std::size_t i) { words_[i / 64] |= std::uint64_t{1} << (i % 64); }
  void erase(std::size_t i) { words_[i / 64] &= ~(std::uint64_t{1} << (i % 64)); }

  void insert_range(std::size_t first, std::size_t last) {
    for (; first < last && first % 64 != 0; ++first) insert(first);
    for (; first + 64 <= last; first += 64) words_[first / 64] = ~std::uint64_t{0};
    for (; first < last; ++first) insert(first);
  }

  void intersect(const DocumentSet& other) {
    for (std::size_t i = 0; i < words_.size(); ++i) words_[i] &= other.words_[i];
  }
  void unite(const DocumentSet& other) {
    for (std::size_t i = 0; i < words_.size(); ++i) words_[i] |= other.words_[i];
  }
  void complement() {
    for (std::uint64_t& word : words_) word = ~word;
    trim();
  }

  std::size_t count() const {
    std::size_t sum = 0;
    for (const std::uint64_t word : words_) sum += static_cast<std::size_t>(__builtin_popcountll(word));
    return sum;
  }

  /// The bits, eight a byte, lowest first; whole words.
  const std::uint8_t* bytes() const { return reinterpret_cast<const std::uint8_t*>(words_.data()); }

 private:
  void trim() {
    if (size_ % 64 != 0) words_.back() &= (std::uint64_t{1} << (size_ % 64)) - 1;
  }

  std::vector<std::uint64_t> words_;
  std::size_t size_ = 0;
};

}  // namespace cairn::index
