#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/span.h"

namespace cairn::text {

enum class WordKind {
  ascii,       ///< ASCII letters, digits and inner apostrophes only.
  letters,     ///< Letters, marks and digits of scripts that put blanks between words.
  east_asian,  ///< A run of Han characters and kana: words are not marked.
  complex,     ///< A run of Thai, Lao, Khmer or Myanmar: words are not marked either.
};

/// A run of characters that may be a word, or several where the script marks none.
struct RawWord {
  std::string_view text;
  Span span;
  WordKind kind = WordKind::ascii;
  bool has_letter = false, has_digit = false, has_apostrophe = false;
  char connector = 0;  ///< The one character between this word and the next when nothing else is between them, else 0.
};

/// Reads words one after another (the rules of UAX #29 for scripts with blanks, reduced to letters, marks and digits).
class WordScanner {
 public:
  explicit WordScanner(std::string_view text) : text_(text) {}

  /// False at the end.
  bool next(RawWord& word);

 private:
  bool skip_to_word();
  void take_ascii(RawWord& word);
  void take_sign(std::size_t begin);
  void take_other(RawWord& word);
  char connector_here() const;

  std::string_view text_;
  std::size_t at_ = 0;
  std::uint32_t position_ = 0;
};

}  // namespace cairn::text
