#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "text/character_map.h"

namespace cairn::text {

static_assert(std::endian::native == std::endian::little, "the packed form is little-endian");

/// Everything that tokenizer.json says, in plain form.
struct WordPieceDefinition {
  struct Token {
    std::string text;
    std::uint32_t id = 0;
  };
  std::vector<Token> vocabulary;
  std::vector<Token> added_tokens;  ///< Found in the raw text before anything else.
  std::vector<std::uint32_t> prefix_ids, suffix_ids;
  std::string continuing_prefix = "##";
  std::uint32_t unknown_id = 0;
  std::uint32_t max_word_characters = 100;
  BertNormalization normalization;
};

/// Little-endian numbers inside packed bytes, aligned or not.
class PackedNumbers {
 public:
  PackedNumbers() = default;
  PackedNumbers(const char* data, std::size_t count) : data_(data), count_(count) {}
  std::size_t size() const { return count_; }
  std::uint32_t operator[](std::size_t i) const {
    std::uint32_t value;
    std::memcpy(&value, data_ + i * sizeof value, sizeof value);
    return value;
  }

 private:
  const char* data_ = nullptr;
  std::size_t count_ = 0;
};

/// The packed form: a header of 32-bit numbers, then arrays of them, then the tokens' text. Looks up word pieces by an
/// open-addressing hash of their bytes, and characters in a two-stage table. A view: the bytes must outlive it.
class WordPieceTable {
 public:
  struct AddedToken {
    std::string_view text;
    std::uint32_t id = 0;
  };
  struct Match {
    std::uint32_t id = 0;
    std::uint32_t bytes = 0;  ///< 0: nothing matches.
  };
  static constexpr std::uint32_t kMaxWordCharacters = 256;
  static constexpr std::uint32_t kMaxPieceBytes = 256;

  static std::string pack(const WordPieceDefinition& definition);
  /// Checks every offset, so that no lookup can leave the bytes, whatever they hold.
  static Result<WordPieceTable> open(std::string_view packed);

  std::uint32_t character(char32_t c) const { return blocks_[256 * block_of_[c >> 8] + (c & 255)]; }
  std::uint32_t expansion(std::size_t i) const { return expansions_[i]; }

  /// The longest token that `word` begins with; `continuing` asks for tokens that continue a word.
  Match longest_prefix(std::string_view word, bool continuing) const;

  const std::vector<AddedToken>& added_tokens() const { return added_tokens_; }
  bool may_start_added_token(unsigned char byte) const { return starts_added_[byte]; }
  PackedNumbers prefix_ids() const { return prefix_ids_; }
  PackedNumbers suffix_ids() const { return suffix_ids_; }
  std::uint32_t unknown_id() const { return unknown_id_; }
  std::uint32_t max_word_characters() const { return max_word_characters_; }
  std::size_t vocabulary_size() const { return vocabulary_size_; }

 private:
  Result<void> check_tokens();
  Result<void> check_characters() const;
  std::string_view token_text(std::size_t index) const;

  PackedNumbers prefix_ids_, suffix_ids_, added_, token_starts_, token_ids_, slots_, block_of_, blocks_, expansions_;
  std::string_view strings_;
  std::vector<AddedToken> added_tokens_;
  std::array<bool, 256> starts_added_{};
  std::uint32_t unknown_id_ = 0, max_word_characters_ = 0, max_piece_bytes_ = 0, continuing_bytes_ = 0;
  std::size_t vocabulary_size_ = 0;
};

}  // namespace cairn::text
