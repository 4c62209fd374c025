#include "app/checking/number_text.h"

namespace cairn::checking {
namespace {

struct Word {
  std::string_view word;
  double value;
};

constexpr Word ones[] = {{"one", 1},      {"two", 2},        {"three", 3},     {"four", 4},      {"five", 5},
                         {"six", 6},      {"seven", 7},      {"eight", 8},     {"nine", 9},      {"ten", 10},
                         {"eleven", 11},  {"twelve", 12},    {"thirteen", 13}, {"fourteen", 14}, {"fifteen", 15},
                         {"sixteen", 16}, {"seventeen", 17}, {"eighteen", 18}, {"nineteen", 19}};
constexpr Word tens[] = {{"twenty", 20}, {"thirty", 30},  {"forty", 40},  {"fifty", 50},
                         {"sixty", 60},  {"seventy", 70}, {"eighty", 80}, {"ninety", 90}};
/// First and second are more often words of another kind.
constexpr Word ordinals[] = {{"third", 3},       {"fourth", 4},     {"fifth", 5},        {"sixth", 6},
                             {"seventh", 7},     {"eighth", 8},     {"ninth", 9},        {"tenth", 10},
                             {"eleventh", 11},   {"twelfth", 12},   {"thirteenth", 13},  {"fourteenth", 14},
                             {"fifteenth", 15},  {"sixteenth", 16}, {"seventeenth", 17}, {"eighteenth", 18},
                             {"nineteenth", 19}, {"twentieth", 20}, {"thirtieth", 30}};
constexpr Word powers[] = {{"hundred", 100}, {"thousand", 1e3}, {"million", 1e6}, {"billion", 1e9}};

template <std::size_t n>
double word_at(std::string_view text, std::size_t at, const Word (&list)[n], std::size_t& end) {
  for (const auto& [word, value] : list)
    if (const std::size_t size = has_word(text, at, word)) {
      end = at + size;
      return value;
    }
  return 0;
}

std::size_t past_joint(std::string_view text, std::size_t at) {
  while (at < text.size() && (text[at] == ' ' || text[at] == '-')) ++at;
  return at;
}

/// Up to 99.
double small(std::string_view text, std::size_t at, std::size_t& end) {
  if (const double ten = word_at(text, at, tens, end)) {
    std::size_t after = end;
    const double one = word_at(text, past_joint(text, end), ones, after);
    if (one == 0 || one > 9) return ten;
    end = after;
    return ten + one;
  }
  return word_at(text, at, ones, end);
}

}  // namespace

double multiplier_at(std::string_view text, std::size_t at, std::size_t& end) {
  double factor = 1;
  for (std::size_t after = at; const double power = word_at(text, past_joint(text, after), powers, after);) {
    factor *= power;
    end = after;
  }
  for (const Word& word : {Word{"万", 1e4}, Word{"亿", 1e8}})
    if (const std::size_t next = past_joint(text, at); has_word(text, next, word.word) > 0) {
      end = next + word.word.size();
      return word.value;
    }
  return factor;
}

std::optional<double> english_number(std::string_view folded, std::size_t at, std::size_t& end) {
  if (const double ordinal = word_at(folded, at, ordinals, end)) return ordinal;
  double total = 0, value = small(folded, at, end);
  if (value == 0 && has_word(folded, at, "hundred") > 0) value = 1, end = at;  // "the next hundred years"
  if (value == 0) return std::nullopt;
  for (;;) {
    std::size_t after = end;
    const double factor = multiplier_at(folded, end, after);
    if (factor == 1) break;
    value *= factor;
    end = after;
    std::size_t next = past_joint(folded, end);
    if (const std::size_t size = has_word(folded, next, "and")) next = past_joint(folded, next + size);
    const double more = small(folded, next, after);
    if (more == 0 || factor < 100) break;
    total += value;
    value = more;
    end = after;
  }
  return total + value;
}

}  // namespace cairn::checking
