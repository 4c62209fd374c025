#pragma once

#include <cstdint>
#include <vector>

namespace cairn::text {

/// What the normaliser of BERT does before words are cut, as published in tokenizer.json.
struct BertNormalization {
  bool clean_text = true;            ///< Drop control characters, make every white space a blank.
  bool handle_chinese_chars = true;  ///< Each ideograph is a word of its own.
  bool strip_accents = true;
  bool lowercase = true;
};

/// One character's fate, in 32 bits: the kind above, a code point or an offset into the expansions below. Characters
/// that stay as they are hold no code point, so that most blocks of the table are equal and are stored once.
enum class CharacterKind : std::uint32_t {
  dropped,
  space,
  kept,           ///< Part of a word, as it is.
  kept_isolated,  ///< A word of its own, as it is: punctuation, ideographs.
  hangul,         ///< A syllable that falls apart into its letters (Unicode, section 3.12).
  letter,         ///< Becomes the code point in the low 21 bits, part of a word.
  isolated,       ///< Becomes the code point in the low 21 bits, a word of its own.
  expansion,      ///< Becomes several: low 21 bits are an offset to a count, followed by that many values.
};

constexpr std::uint32_t kCodePointMask = 0x1FFFFF;
constexpr CharacterKind kind_of(std::uint32_t value) { return static_cast<CharacterKind>(value >> 21); }
constexpr std::uint32_t pack_character(CharacterKind kind, std::uint32_t low) {
  return (static_cast<std::uint32_t>(kind) << 21) | low;
}

/// A two-stage table over all of Unicode: value of c = blocks[256 * block_of[c >> 8] + (c & 255)].
struct CharacterMap {
  static constexpr std::uint32_t kBlocks = 0x110000 / 256;
  std::vector<std::uint32_t> block_of;
  std::vector<std::uint32_t> blocks;
  std::vector<std::uint32_t> expansions;
};

/// Computes normalising and word cutting of each single character (both look at one character at a time).
CharacterMap build_character_map(const BertNormalization& options);

}  // namespace cairn::text
