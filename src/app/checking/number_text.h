#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

// How numbers and the words beside them are read out of folded text.
namespace cairn::checking {

inline bool is_letter(char c) { return c >= 'a' && c <= 'z'; }
inline bool is_digit(char c) { return c >= '0' && c <= '9'; }

inline bool word_ends(std::string_view text, std::size_t at) { return at >= text.size() || !is_letter(text[at]); }

/// Bytes of the word when it stands at `at` as a whole, else 0.
inline std::size_t has_word(std::string_view text, std::size_t at, std::string_view word) {
  if (!text.substr(at).starts_with(word)) return 0;
  const bool latin = is_letter(word.back());
  return latin && !word_ends(text, at + word.size()) ? 0 : word.size();
}

template <class List>
std::size_t index_of_word(std::string_view text, std::size_t at, const List& list, std::size_t shortest = 99) {
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (has_word(text, at, list[i]) > 0) return i + 1;
    if (list[i].size() > shortest && has_word(text, at, list[i].substr(0, shortest)) > 0) return i + 1;
  }
  return 0;
}

/// Arabic digits with decimal point and thousands separators; `end` becomes where they end.
inline double digits_at(std::string_view text, std::size_t at, std::size_t& end) {
  double value = 0, place = 0;
  const auto digit = [&](std::size_t i) { return i < text.size() && is_digit(text[i]); };
  for (end = at; end < text.size(); ++end) {
    if (digit(end)) {
      value = place > 0 ? value + (text[end] - '0') * place : value * 10 + (text[end] - '0');
      if (place > 0) place /= 10;
    } else if (place == 0 && text[end] == ',' && digit(end + 1) && digit(end + 2) && digit(end + 3) &&
               !digit(end + 4)) {
      continue;
    } else if (place == 0 && text[end] == '.' && digit(end + 1)) {
      place = 0.1;
    } else {
      break;
    }
  }
  return value;
}

/// The product of "million" and the like at `at`, past blanks; 1 and `end` as it was when there are none.
double multiplier_at(std::string_view text, std::size_t at, std::size_t& end);

/// A whole number in English words (two, twenty-four, three hundred and fifty, twelfth); `end` becomes where it ends.
std::optional<double> english_number(std::string_view folded, std::size_t at, std::size_t& end);

/// A whole number in Chinese numerals at byte `at` (二十四, 一百二十, 五百萬, 兩), with Arabic digits before 萬 and 千
/// too (18 萬 6 千); `end` becomes where it ends.
std::optional<double> chinese_number(std::string_view folded, std::size_t at, std::size_t& end);

}  // namespace cairn::checking
