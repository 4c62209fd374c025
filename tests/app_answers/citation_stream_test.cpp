#include "app/citation_stream.h"

#include <gtest/gtest.h>

#include "app/cited_sentences.h"
#include "base/utf8.h"

namespace cairn {
namespace {

/// Feeds `text` in pieces of so many characters and gives what was passed on.
std::string stream(CitationStream& citations, std::string_view text, std::size_t characters) {
  std::string passed;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t start = at;
    for (std::size_t i = 0; i < characters && at < text.size(); ++i) utf8::next(text, at);
    passed += citations.take(text.substr(start, at - start));
  }
  return passed + citations.finish();
}

using Cited = std::vector<std::pair<std::string, std::vector<std::size_t>>>;

/// The same sentences whatever the pieces, and the text joined from them.
Cited read(std::string_view text, std::string* passed = nullptr) {
  Cited expected;
  for (const std::size_t characters : {1U, 2U, 3U, 7U, 1'000U}) {
    CitationStream citations;
    CitedSentences reader("en", 9);
    std::string joined, on;
    Cited cited;
    const auto keep = [&](const std::vector<GeneratedSentence>& sentences) {
      for (const auto& sentence : sentences) {
        joined += sentence.separator.value() + sentence.text;
        cited.emplace_back(sentence.text, sentence.evidence);
      }
    };
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t start = at;
      for (std::size_t i = 0; i < characters && at < text.size(); ++i) utf8::next(text, at);
      on += citations.take(text.substr(start, at - start));
      keep(reader.finished(citations));
    }
    on += citations.finish();
    keep(reader.rest(citations));
    EXPECT_EQ(joined, on) << "in pieces of " << characters;
    if (expected.empty()) expected = cited;
    EXPECT_EQ(cited, expected) << "in pieces of " << characters;
    if (passed != nullptr) *passed = on;
  }
  return expected;
}

TEST(CitationStream, takes_citations_out_wherever_the_text_is_cut) {
  for (const std::size_t characters : {1U, 2U, 3U, 5U, 100U}) {
    CitationStream citations;
    EXPECT_EQ(
        stream(citations, "Herons lay four eggs [1], in April [2, 3]. They nest【2】 in reeds.[1][3]", characters),
        "Herons lay four eggs, in April. They nest in reeds.");
    ASSERT_EQ(citations.marks().size(), 5U);
    EXPECT_EQ(citations.marks()[1].numbers, (std::vector<std::size_t>{2, 3}));
  }
}

TEST(CitationStream, knows_the_forms_that_models_use) {
  for (const std::string_view form :
       {"[1]", "[ 1 ]", "[^1]", "【1】", "［1］", "【1†source】", "[Passage 1]", "[source: 1]", "【來源1】", "[1-1]"}) {
    CitationStream citations;
    EXPECT_EQ(stream(citations, "Yes " + std::string(form) + ".", 1), "Yes.") << form;
    ASSERT_EQ(citations.marks().size(), 1U) << form;
    EXPECT_EQ(citations.marks()[0].numbers.front(), 1U) << form;
  }
  CitationStream range;
  stream(range, "Yes [2-4, 7].", 1);
  EXPECT_EQ(range.marks()[0].numbers, (std::vector<std::size_t>{2, 3, 4, 7}));
}

TEST(CitationStream, leaves_other_brackets_alone) {
  for (const std::string_view text :
       {"the year [2026] was dry", "see [the manual](http://a.example)", "a[i] = b", "an open [ bracket", "[", "[]",
        "an array [1000]", "[-1]", "[1", "【注意】小心"}) {
    CitationStream citations;
    EXPECT_EQ(stream(citations, text, 1), text);
    EXPECT_TRUE(citations.marks().empty()) << text;
  }
}

TEST(CitedSentences, citations_behind_the_full_stop_belong_to_the_sentence_before) {
  EXPECT_EQ(read("It is four. [1] It is five.[2][3]\nIt is six [4]."),
            (Cited{{"It is four.", {0}}, {"It is five.", {1, 2}}, {"It is six.", {3}}}));
}

TEST(CitedSentences, a_citation_that_begins_a_line_belongs_to_what_follows) {
  std::string passed;
  EXPECT_EQ(read("[2] It is four.\n[1] It is five.", &passed), (Cited{{"It is four.", {1}}, {"It is five.", {0}}}));
  EXPECT_EQ(passed, "It is four.\nIt is five.");
}

TEST(CitedSentences, reads_chinese_and_leaves_out_numbers_that_stand_for_nothing) {
  EXPECT_EQ(read("試用期三個月【1】。期滿由主管面談[2][12]。"),
            (Cited{{"試用期三個月。", {0}}, {"期滿由主管面談。", {1}}}));
}

TEST(CitedSentences, the_number_of_a_list_is_no_sentence) {
  EXPECT_EQ(read("1. Open the cover [1].\n2. Remove the pack [2]."),
            (Cited{{"1. Open the cover.", {0}}, {"2. Remove the pack.", {1}}}));
}

TEST(CitedSentences, a_reply_without_text_has_no_sentence) {
  EXPECT_TRUE(read("").empty());
  EXPECT_TRUE(read("[1]").empty());
}

}  // namespace
}  // namespace cairn
