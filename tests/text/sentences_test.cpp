#include "text/sentences.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support.h"

namespace cairn::text {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> split(std::string_view text, std::string_view language = "en") {
  return slices(text, split_sentences(text, language));
}

TEST(Sentences, EndAtFullStopsQuestionAndExclamationMarks) {
  EXPECT_THAT(split("It works. Does it? Yes!  Good"), ElementsAre("It works.", "Does it?", "Yes!", "Good"));
}

TEST(Sentences, DoNotEndAtAbbreviationsInitialsAndDecimals) {
  EXPECT_THAT(split("Dr. Smith paid 3.14 dollars. He left."), ElementsAre("Dr. Smith paid 3.14 dollars.", "He left."));
  EXPECT_THAT(split("See Fig. A and J. R. Smith et al. Their work, e.g. The Book, is old."),
              ElementsAre("See Fig. A and J. R. Smith et al. Their work, e.g. The Book, is old."));
  EXPECT_THAT(split("Read No. 5 first. No. It is late."), ElementsAre("Read No. 5 first.", "No.", "It is late."));
  EXPECT_THAT(split("Das gilt z.B. Montags bzw. Dienstags. Ende.", "de"),
              ElementsAre("Das gilt z.B. Montags bzw. Dienstags.", "Ende."));
}

TEST(Sentences, AClosingQuoteBelongsToItsSentence) {
  EXPECT_THAT(split("\"Really?\" he asked. \"Yes.\" She left."),
              ElementsAre("\"Really?\" he asked.", "\"Yes.\"", "She left."));
  EXPECT_THAT(split("他說：「你好！」然後離開。第二句？", "zh-Hant"),
              ElementsAre("他說：「你好！」", "然後離開。", "第二句？"));
}

TEST(Sentences, ChineseAndJapaneseEndAtTheirOwnMarks) {
  EXPECT_THAT(split("第一句。第二句！第三句？最後", "zh-Hant"),
              ElementsAre("第一句。", "第二句！", "第三句？", "最後"));
  EXPECT_THAT(split("これは一つ目です。二つ目です。", "ja"), ElementsAre("これは一つ目です。", "二つ目です。"));
}

TEST(Sentences, BlankLinesListItemsAndShortLinesEndThem) {
  EXPECT_THAT(split("Title\n\nFirst words\n- one\n- two\n3. three"),
              ElementsAre("Title", "First words", "- one", "- two", "3. three"));
  EXPECT_THAT(split("Name: Ann\r\nAge: 33"), ElementsAre("Name: Ann", "Age: 33"));
}

TEST(Sentences, ALineThatWasBrokenToFitRunsOn) {
  EXPECT_THAT(split("This line was broken because the page ended\nhere. Next one."),
              ElementsAre("This line was broken because the page ended\nhere.", "Next one."));
  EXPECT_THAT(split("這一行文字因為頁面寬度不夠所以在這裡被斷開成為兩行\n而且還沒有結束。", "zh-Hant").size(), 1u);
}

TEST(Sentences, LineBreaksOfSeveralBytesCountAsOneCharacter) {
  EXPECT_THAT(split("This line was broken because the page ended\u2028here.\u0085Next one. \u2029Last."),
              ElementsAre("This line was broken because the page ended\u2028here.", "Next one.", "Last."));
}

TEST(Sentences, HaveNoBlanksAtTheirEndsAndEmptyTextHasNone) {
  EXPECT_THAT(split("  \u3000 One.  \t Two. \n"), ElementsAre("One.", "Two."));
  EXPECT_THAT(split(""), IsEmpty());
  EXPECT_THAT(split(" \n \u00A0\n"), IsEmpty());
}

TEST(Sentences, AMadeUpLanguageIsNoError) {
  EXPECT_EQ(split("One. Two.", "no-such-language").size(), 2u);
  EXPECT_EQ(split("One. Two.", "").size(), 2u);
}

TEST(Sentences, AnEndlessLineIsReadInPartsWithoutLoss) {
  std::string text;
  for (int i = 0; i < 20000; ++i) text += "字 word ";
  std::size_t covered = 0;
  for (const Span span : split_sentences(text, "en")) covered += span.size();
  EXPECT_GT(covered, utf8::length(text) - 100);
}

TEST(Sentences, AreInOrderAndCoverEverythingButBlanks) {
  for (std::uint32_t seed = 0; seed < 200; ++seed) {
    const std::string text = random_text(seed, 300);
    const auto sentences = split_sentences(text, seed % 2 == 0 ? "en" : "zh-Hant");
    const utf8::CodePointIndex index(text);
    std::uint32_t end = 0;
    for (const Span span : sentences) {
      ASSERT_LE(end, span.start) << "seed " << seed;
      ASSERT_LT(span.start, span.end) << "seed " << seed;
      EXPECT_EQ(index.slice({end, span.start}).find_first_of("abcdefghijklmnopqrstuvwxyz0123456789"),
                std::string::npos);
      end = span.end;
    }
    ASSERT_LE(end, index.size()) << "seed " << seed;
  }
}

TEST(Sentences, ArePartedAsTheirScriptsAre) {
  EXPECT_EQ(space_between("One.", "Two."), " ");
  EXPECT_EQ(space_between("一。", "二。"), "");
  EXPECT_EQ(space_between("一。", "Two."), " ");
  EXPECT_EQ(space_between("Is it?", "Yes."), " ");
  EXPECT_EQ(space_between("2.4 陪產假", "共十天。"), "\n") << "a heading must not run into what follows";
  EXPECT_EQ(space_between("Japan | 5,500", "Europe | 5,800"), "\n");
}

}  // namespace
}  // namespace cairn::text
