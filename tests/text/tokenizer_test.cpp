#include "text/tokenizer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "support.h"

namespace cairn::text {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::int32_t> encode(const Tokenizer& tokenizer, std::string_view text, std::size_t max_tokens = 512) {
  std::vector<std::int32_t> ids;
  tokenizer.encode(text, max_tokens, ids);
  return ids;
}

nlohmann::json small_json() { return nlohmann::json::parse(read_fixture("small-tokenizer.json")); }

std::vector<std::string> pieces(const Tokenizer& tokenizer, std::string_view text) {
  return slices(text, tokenizer.piece_spans(text));
}

constexpr std::int32_t kUnknown = 1, kBegin = 2, kEnd = 3, kMask = 4;

TEST(Tokenizer, CutsWordsIntoTheLongestPiecesOfTheVocabulary) {
  const Tokenizer tokenizer = small_tokenizer();
  EXPECT_THAT(encode(tokenizer, "The cat runs"), ElementsAre(kBegin, 5, 6, 8, 10, kEnd));
  EXPECT_THAT(pieces(tokenizer, "running cats"), ElementsAre("run", "ning", "cat", "s"));
}

TEST(Tokenizer, AWordThatCannotBeCutToItsEndIsUnknownAsAWhole) {
  EXPECT_THAT(encode(small_tokenizer(), "catz cat"), ElementsAre(kBegin, kUnknown, 6, kEnd));
}

TEST(Tokenizer, AWordOfMoreThanAHundredCharactersIsUnknown) {
  const Tokenizer tokenizer = small_tokenizer();
  EXPECT_EQ(tokenizer.count("a" + std::string(99, 'b')), 100u);
  EXPECT_THAT(encode(tokenizer, "a" + std::string(100, 'b')), ElementsAre(kBegin, kUnknown, kEnd));
}

TEST(Tokenizer, CaseAndAccentsGoAndSpansStayInTheOriginal) {
  const Tokenizer tokenizer = small_tokenizer();
  EXPECT_EQ(encode(tokenizer, "CAFÉ"), encode(tokenizer, "cafe"));
  EXPECT_EQ(encode(tokenizer, "cafe\u0301"), encode(tokenizer, "café"));
  EXPECT_THAT(tokenizer.piece_spans("😀\u200B é Cafe\u0301, cat"), testing::Contains(Span{5, 9}));
}

TEST(Tokenizer, IdeographsAndPunctuationAreWordsOfTheirOwn) {
  EXPECT_THAT(pieces(small_tokenizer(), "公司年假,the"), ElementsAre("公", "司", "年", "假", ",", "the"));
}

TEST(Tokenizer, HangulFallsApartAndEachLetterPointsToItsSyllable) {
  EXPECT_THAT(small_tokenizer().piece_spans("한"), ElementsAre(Span{0, 1}, Span{0, 1}, Span{0, 1}));
}

TEST(Tokenizer, ControlCharactersVanishInsideAWord) {
  EXPECT_EQ(encode(small_tokenizer(), std::string_view("c\0a\x01t\u200B", 8)), encode(small_tokenizer(), "cat"));
}

TEST(Tokenizer, ASpecialTokenInTheTextIsThatToken) {
  const Tokenizer tokenizer = small_tokenizer();
  EXPECT_THAT(encode(tokenizer, "cat[MASK]cat"), ElementsAre(kBegin, 6, kMask, 6, kEnd));
  EXPECT_THAT(tokenizer.piece_spans("é[MASK] cat"), testing::Contains(Span{1, 7}));
  EXPECT_THAT(encode(tokenizer, "[mask]"), testing::Not(testing::Contains(kMask)));
}

TEST(Tokenizer, CutsToTheLengthAskedForAndKeepsBothEnds) {
  const Tokenizer tokenizer = small_tokenizer();
  EXPECT_THAT(encode(tokenizer, "the cat sat on the mat", 5), ElementsAre(kBegin, 5, 6, 7, kEnd));
  EXPECT_THAT(encode(tokenizer, "the cat", 2), ElementsAre(kBegin, kEnd));
  EXPECT_THAT(encode(tokenizer, ""), ElementsAre(kBegin, kEnd));
}

TEST(Tokenizer, AppendsToTheIdsGiven) {
  std::vector<std::int32_t> ids = {42};
  small_tokenizer().encode("cat", 8, ids);
  EXPECT_THAT(ids, ElementsAre(42, kBegin, 6, kEnd));
}

TEST(Tokenizer, ReadsBytesThatAreNotUtf8) {
  const Tokenizer tokenizer = small_tokenizer();
  EXPECT_EQ(encode(tokenizer, "c\xFF\xC0\x61t \xE4\xB8"), encode(tokenizer, "cat"));
}

TEST(Tokenizer, ThePackedFormGivesTheSameIds) {
  const Tokenizer original = small_tokenizer();
  const std::string packed = "x" + original.pack();  // An odd address must not matter.
  const auto tokenizer = Tokenizer::from_packed(std::string_view(packed).substr(1));
  ASSERT_TRUE(tokenizer.has_value());
  EXPECT_EQ(tokenizer->vocabulary_size(), original.vocabulary_size());
  for (std::uint32_t seed = 0; seed < 50; ++seed) {
    const std::string text = random_text(seed, 60);
    EXPECT_EQ(encode(*tokenizer, text), encode(original, text));
    EXPECT_EQ(tokenizer->piece_spans(text), original.piece_spans(text));
  }
}

TEST(Tokenizer, EveryTruncationOfThePackedFormIsRefused) {
  const std::string packed = small_tokenizer().pack();
  for (std::size_t size = 0; size < packed.size(); size += 1 + packed.size() / 500) {
    const auto opened = Tokenizer::from_packed(std::string_view(packed).substr(0, size));
    ASSERT_FALSE(opened.has_value()) << size;
    EXPECT_EQ(opened.error().kind, ErrorKind::corrupt);
  }
}

TEST(Tokenizer, ADamagedPackedFormIsRefusedOrHarmless) {
  std::string packed = small_tokenizer().pack();
  std::mt19937 random(7);
  for (int round = 0; round < 400; ++round) {
    const std::size_t at = random() % std::min<std::size_t>(packed.size(), round < 200 ? 2000 : packed.size());
    const char before = std::exchange(packed[at], static_cast<char>(random()));
    if (const auto opened = Tokenizer::from_packed(packed)) {
      for (const Span span : opened->piece_spans("The café, 한국 年假 [MASK] running!"))
        EXPECT_LE(span.start, span.end);
    }
    packed[at] = before;
  }
}

TEST(Tokenizer, APackedFormOfAnotherVersionIsUnsupported) {
  std::string packed = small_tokenizer().pack();
  packed[4] = 99;
  EXPECT_EQ(Tokenizer::from_packed(packed).error().kind, ErrorKind::unsupported);
}

TEST(Tokenizer, SpansAreInBoundsAndInOrderForAnyText) {
  const Tokenizer tokenizer = small_tokenizer();
  for (std::uint32_t seed = 0; seed < 200; ++seed) {
    const std::string text = random_text(seed, 80);
    const auto spans = tokenizer.piece_spans(text);
    EXPECT_EQ(tokenizer.count(text), spans.size());
    EXPECT_EQ(encode(tokenizer, text, 100000).size(), spans.size() + 2);
    const auto size = static_cast<std::uint32_t>(utf8::length(text));
    for (std::size_t i = 0; i < spans.size(); ++i) {
      ASSERT_LT(spans[i].start, spans[i].end) << "seed " << seed;
      ASSERT_LE(spans[i].end, size) << "seed " << seed;
      ASSERT_GE(spans[i].start, i == 0 ? 0 : spans[i - 1].start) << "seed " << seed;
    }
  }
}

TEST(Tokenizer, WithoutLowerCasingAccentsAndCaseStay) {
  auto json = small_json();
  json["normalizer"]["lowercase"] = false;
  const auto tokenizer = Tokenizer::from_json(json.dump()).value();
  EXPECT_THAT(encode(tokenizer, "Cat cat café"), ElementsAre(kBegin, kUnknown, 6, kUnknown, kEnd));
}

TEST(Tokenizer, WithoutATemplateNothingIsAddedAroundTheText) {
  auto json = small_json();
  json["post_processor"] = nullptr;
  EXPECT_THAT(encode(Tokenizer::from_json(json.dump()).value(), "cat"), ElementsAre(6));
}

TEST(Tokenizer, BertProcessingIsReadLikeATemplate) {
  auto json = small_json();
  json["post_processor"] = {{"type", "BertProcessing"}, {"sep", {"[SEP]", 3}}, {"cls", {"[CLS]", 2}}};
  EXPECT_THAT(encode(Tokenizer::from_json(json.dump()).value(), "cat"), ElementsAre(kBegin, 6, kEnd));
}

TEST(Tokenizer, WhatItCannotDoIsUnsupportedAndNamed) {
  const auto error_after = [](const char* pointer, nlohmann::json value) {
    auto json = small_json();
    json[nlohmann::json::json_pointer(pointer)] = std::move(value);
    const auto result = Tokenizer::from_json(json.dump());
    EXPECT_FALSE(result.has_value()) << pointer;
    return result ? Error{} : result.error();
  };
  EXPECT_EQ(error_after("/model/type", "BPE").kind, ErrorKind::unsupported);
  EXPECT_THAT(error_after("/model/type", "BPE").message, HasSubstr("BPE"));
  EXPECT_EQ(error_after("/normalizer/type", "NFC").kind, ErrorKind::unsupported);
  EXPECT_EQ(error_after("/pre_tokenizer/type", "Whitespace").kind, ErrorKind::unsupported);
  EXPECT_EQ(error_after("/post_processor/type", "RobertaProcessing").kind, ErrorKind::unsupported);
  EXPECT_EQ(error_after("/added_tokens/0/lstrip", true).kind, ErrorKind::unsupported);
  EXPECT_EQ(error_after("/model/max_input_chars_per_word", 100000).kind, ErrorKind::unsupported);
}

TEST(Tokenizer, BrokenJsonIsCorrupt) {
  for (const char* json : {"", "{", "[]", "null", "{\"model\":3}",
                           "{\"model\":{\"type\":\"WordPiece\",\"vocab\":{\"a\":-1},\"unk_token\":\"a\"}}"}) {
    const auto result = Tokenizer::from_json(json);
    ASSERT_FALSE(result.has_value()) << json;
    EXPECT_EQ(result.error().kind, ErrorKind::corrupt) << json;
  }
  auto json = small_json();
  json["model"]["unk_token"] = "[NOWHERE]";
  EXPECT_EQ(Tokenizer::from_json(json.dump()).error().kind, ErrorKind::corrupt);
}

}  // namespace
}  // namespace cairn::text
