#include "base/utf8.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace cairn::utf8 {
namespace {

TEST(Utf8, RejectsOverlongFormsSurrogatesAndTruncation) {
  EXPECT_TRUE(is_valid("plain, Grüße, 會議, 𠮷野家"));
  EXPECT_FALSE(is_valid("\xC0\xAF"));
  EXPECT_FALSE(is_valid("\xED\xA0\x80"));
  EXPECT_FALSE(is_valid("\xF4\x90\x80\x80"));
  EXPECT_FALSE(is_valid("\xE4\xB8"));
}

TEST(Utf8, RepairKeepsGoodTextAndMarksEachMaximalSubpart) {
  EXPECT_EQ(repair("a\xFF\x62"),
            "a\xEF\xBF\xBD"
            "b");
  EXPECT_EQ(repair("\xE4\xB8z"), "\xEF\xBF\xBDz");
  EXPECT_EQ(repair("\xF0\x9F\x98\x80"), "\xF0\x9F\x98\x80");
  EXPECT_TRUE(is_valid(repair("x\xED\xA0\x80\xC0\xAFy")));
}

TEST(Utf8, DecodesWhatItEncodes) {
  for (char32_t c : {U'a', U'\u00e9', U'\u6703', U'\U00020BB7'}) {
    std::string text;
    append(text, c);
    std::size_t offset = 0;
    EXPECT_EQ(next(text, offset), c);
    EXPECT_EQ(offset, text.size());
  }
}

TEST(Utf8, CountsAndChecksTextOfEveryLengthAndAlignment) {
  const std::string mixed = "a會é𠮷zz plain ascii that fills whole words, 會議會議會議會議";
  for (std::size_t from = 0; from < mixed.size(); ++from)
    for (std::size_t size = 0; from + size <= mixed.size(); ++size) {
      const std::string_view part = std::string_view(mixed).substr(from, size);
      const auto is_lead = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; };
      EXPECT_EQ(length(part), static_cast<std::size_t>(std::ranges::count_if(part, is_lead)));
      const bool whole =
          size == 0 || (is_lead(part[0]) && (from + size == mixed.size() || is_lead(mixed[from + size])));
      EXPECT_EQ(is_valid(part), whole) << from << " " << size;
    }
}

TEST(Utf8, FindsTheByteOfEveryCodePoint) {
  std::string text;
  std::vector<std::size_t> offsets;
  for (int i = 0; i < 100; ++i) {
    offsets.push_back(text.size());
    text += i % 7 == 0 ? "會" : i % 5 == 0 ? "𠮷" : "a";
  }
  for (std::size_t i = 0; i < offsets.size(); ++i) EXPECT_EQ(offset_of(text, i), offsets[i]);
  EXPECT_EQ(offset_of(text, 100), text.size());
  EXPECT_EQ(offset_of(text, 1000), text.size());
  EXPECT_EQ(offset_of("\x80\x80", 0), 2u);
}

TEST(CodePointIndex, FindsEveryPositionInBothDirections) {
  std::string text;
  for (int i = 0; i < 500; ++i) text += i % 3 == 0 ? "會" : i % 3 == 1 ? "a" : "𠮷";
  const CodePointIndex index(text);
  ASSERT_EQ(index.size(), 500u);
  std::size_t byte = 0;
  for (std::size_t i = 0; i < 500; ++i) {
    EXPECT_EQ(index.byte_offset(i), byte);
    EXPECT_EQ(index.code_point_at(byte), i);
    next(text, byte);
  }
  EXPECT_EQ(index.slice({0, 3}), "會a𠮷");
  EXPECT_EQ(index.slice({499, 500}), "a");
}

}  // namespace
}  // namespace cairn::utf8
