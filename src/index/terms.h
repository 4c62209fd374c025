#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "index/format.h"

namespace cairn::index {

/// Where a term's postings lie in section `postings`, and how many there are.
struct TermPostings {
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
  std::uint32_t count = 0;
};

inline constexpr std::uint64_t terms_per_block = 16;

/// Builds the dictionary: terms ascend, front-coded in blocks of 16.
class TermDictionaryWriter {
 public:
  void add(std::string_view term, std::uint32_t count, std::uint64_t postings_bytes);

  std::uint64_t size() const { return size_; }
  Bytes index() const { return std::as_bytes(std::span(blocks_)); }
  Bytes terms() const { return cairn::as_bytes(terms_); }

 private:
  std::vector<TermBlockRecord> blocks_;
  std::string terms_;
  std::string previous_;
  std::uint64_t postings_offset_ = 0;
  std::uint64_t size_ = 0;
};

/// A read-only view of the dictionary. Bytes are not trusted.
class TermDictionary {
 public:
  TermDictionary() = default;
  TermDictionary(Bytes index, Bytes terms, std::uint64_t size) : blocks_(index), terms_(terms), size_(size) {}

  std::optional<TermPostings> find(std::string_view term) const;
  std::uint64_t size() const { return size_; }

  /// Walks all terms in order.
  class Walker {
   public:
    explicit Walker(const TermDictionary& dictionary) : dictionary_(&dictionary), reader_({}) {}

    /// False at the end, or when the bytes are damaged.
    bool next();
    const std::string& term() const { return term_; }
    const TermPostings& postings() const { return postings_; }
    bool damaged() const { return damaged_; }

   private:
    bool damage();

    const TermDictionary* dictionary_;
    Reader reader_;
    std::uint64_t done_ = 0;
    std::string term_;
    TermPostings postings_;
    bool damaged_ = false;
  };

 private:
  Bytes block_bytes(std::uint64_t block) const;
  std::string_view first_term(std::uint64_t block) const;
  std::optional<TermPostings> find_in_block(std::uint64_t block, std::string_view term) const;

  ArrayView<TermBlockRecord> blocks_;
  Bytes terms_;
  std::uint64_t size_ = 0;
};

}  // namespace cairn::index
