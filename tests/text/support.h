#pragma once

#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "base/span.h"
#include "base/utf8.h"
#include "text/tokenizer.h"

namespace cairn::text {

inline std::string read_fixture(const std::string& name) {
  std::ifstream file(std::string(CAIRN_FIXTURES) + "/text/" + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// A vocabulary of some forty tokens: see fixtures/text/small-tokenizer.json. Read once, because its table of all
/// characters takes a while to make.
inline Tokenizer small_tokenizer() {
  static const std::string packed = Tokenizer::from_json(read_fixture("small-tokenizer.json")).value().pack();
  return Tokenizer::from_packed(packed).value();
}

inline std::string slice(std::string_view text, Span span) {
  return std::string(utf8::CodePointIndex(text).slice(span));
}

inline std::vector<std::string> slices(std::string_view text, const std::vector<Span>& spans) {
  std::vector<std::string> out;
  for (const Span span : spans) out.push_back(slice(text, span));
  return out;
}

/// Text of many scripts, with blanks, line breaks, marks, emoji and control characters, the same for the same seed.
inline std::string random_text(std::uint32_t seed, std::size_t characters) {
  static constexpr struct {
    char32_t first, last;
  } kRanges[] = {{0x20, 0x7E},     {0x20, 0x7E},       {0x61, 0x7A},       {0xA0, 0x24F},    {0x300, 0x36F},
                 {0x370, 0x5FF},   {0x600, 0x6FF},     {0x900, 0x97F},     {0xE00, 0xE7F},   {0x1100, 0x11FF},
                 {0x1E00, 0x206F}, {0x3000, 0x30FF},   {0x4E00, 0x9FFF},   {0x4E00, 0x9FFF}, {0xAC00, 0xD7A3},
                 {0xF900, 0xFFFD}, {0x1F300, 0x1F6FF}, {0x20000, 0x2A6DF}, {0x1, 0x1F}};
  static constexpr std::string_view kPhrases[] = {" ",      "\n",     "\n\n", ". ",   "。",      "！」",
                                                  "[MASK]", " e.g. ", "\r\n", "3.14", "ISO-9001"};
  std::mt19937 random(seed);
  std::string text;
  const auto pick = [&](auto bound) { return std::uniform_int_distribution<std::size_t>(0, bound - 1)(random); };
  for (std::size_t i = 0; i < characters; ++i) {
    if (pick(5u) == 0) text += kPhrases[pick(std::size(kPhrases))];
    const auto& range = kRanges[pick(std::size(kRanges))];
    utf8::append(text, range.first + static_cast<char32_t>(pick(range.last - range.first + 1)));
  }
  return text;
}

}  // namespace cairn::text
