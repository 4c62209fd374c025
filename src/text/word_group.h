#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "text/word_scanner.h"

namespace cairn::text {

/// Words that stand together without a blank, such as "ISO-9001", "v2.3.1" or an e-mail address.
struct WordGroup {
  static constexpr std::size_t kMaxParts = 8;
  std::array<RawWord, kMaxParts> parts;
  std::size_t size = 0;

  bool any(auto&& test) const { return std::any_of(parts.begin(), parts.begin() + size, test); }
  bool all(auto&& test) const { return std::all_of(parts.begin(), parts.begin() + size, test); }
  bool joined_by(std::string_view connectors) const;
};

/// How a group is found as one, folded; empty where only its parts are looked for.
struct Compound {
  std::string text;
  bool instead_of_parts = false;  ///< Numbers and abbreviations with points: their parts say nothing.
};
Compound compound_of(const WordGroup& group);

/// "ISO9001" becomes two parts, so that it meets "ISO 9001"; short ones such as "mp3" stay whole.
void split_letters_from_digits(WordGroup& group);

}  // namespace cairn::text
