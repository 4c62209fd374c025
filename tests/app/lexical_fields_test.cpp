#include "app/lexical_fields.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

namespace cairn {
namespace {

class LexicalFields : public ::testing::Test {
 protected:
  /// How often each term counts.
  std::map<std::string, std::uint32_t> frequencies(const ChunkFields& fields) {
    std::map<std::string, std::uint32_t> found;
    const LexicalChunk chunk = lexical_chunk(analyzer, fields);
    std::uint32_t length = 0;
    for (const index::TermFrequency& term : chunk.terms) {
      found[term.term] = term.frequency;
      length += term.frequency;
    }
    EXPECT_EQ(chunk.length, length);
    EXPECT_EQ(found.size(), chunk.terms.size()) << "a term is there twice";
    return found;
  }

  std::vector<std::string> query(std::string_view text) {
    std::vector<std::string> terms;
    for (const index::WeightedTerm& term : lexical_query(analyzer, text).terms) terms.push_back(term.term);
    return terms;
  }

  text::Analyzer analyzer;
};

TEST_F(LexicalFields, AWordOfTheTitleCountsMoreThanOneOfAHeadingOrTheBody) {
  const std::vector<std::string> headings{"pump"};
  const auto found = frequencies({.body = "valve", .title = "boiler", .heading_path = headings, .language = "en"});
  ASSERT_EQ(found.size(), 3U);
  EXPECT_GT(found.at("boiler"), found.at("pump"));
  EXPECT_GE(found.at("pump"), found.at("valv"));
}

TEST_F(LexicalFields, ATitleThatTheBodyBeginsWithOrAHeadingRepeatsIsCountedOnce) {
  const std::vector<std::string> repeated{"boiler", " boiler "};
  const auto once = frequencies({.body = "valve", .title = "boiler", .heading_path = {}, .language = "en"});
  EXPECT_EQ(frequencies({.body = "valve", .title = "boiler", .heading_path = repeated, .language = "en"}), once);
  const auto body = frequencies({.body = "boiler valve", .title = {}, .heading_path = {}, .language = "en"});
  EXPECT_EQ(frequencies({.body = " boiler valve", .title = "boiler", .heading_path = repeated, .language = "en"}),
            body);
}

TEST_F(LexicalFields, WhatIsEmbeddedHasEachLineOnce) {
  const std::vector<std::string> headings{"Manual", "Pump"};
  EXPECT_EQ(embedded_text({.body = " It needs oil. ", .title = "Manual", .heading_path = headings, .language = "en"}),
            "Manual\nPump\nIt needs oil.");
  EXPECT_EQ(embedded_text({.body = "Pump. It needs oil.", .title = "", .heading_path = headings, .language = "en"}),
            "Manual\nPump. It needs oil.");
}

TEST_F(LexicalFields, OnlyChineseIsEmbeddedInSimplifiedCharacters) {
  EXPECT_EQ(embedded_text({.body = "圖書館", .title = {}, .heading_path = {}, .language = "zh-Hant"}), "图书馆");
  EXPECT_EQ(embedded_text({.body = "圖書館", .title = {}, .heading_path = {}, .language = "ja"}), "圖書館");
}

TEST_F(LexicalFields, AQueryHoldsEachTermOnceAndStopWordsOnlyWhenThereIsNothingElse) {
  EXPECT_EQ(query("the pump and the pump"), std::vector<std::string>{"pump"});
  EXPECT_FALSE(query("the and of").empty());
  EXPECT_TRUE(query(" ?! ").empty());
  const auto twice = lexical_query(analyzer, "pump valve pump").terms;
  ASSERT_GE(twice.size(), 2U);
  EXPECT_EQ(twice[0].term, "pump");
  EXPECT_GT(twice[0].weight, twice[1].weight);
}

TEST_F(LexicalFields, APastedPageBecomesABoundedQueryOfItsHeaviestTerms) {
  std::string page;
  for (char first = 'a'; first <= 'z'; ++first)
    for (char last = 'a'; last <= 'z'; ++last) page += std::string(" zz") + first + "k" + last;
  const auto terms = lexical_query(analyzer, page).terms;
  EXPECT_EQ(terms.size(), max_query_terms);
  EXPECT_TRUE(std::ranges::is_sorted(terms, std::ranges::greater{}, &index::WeightedTerm::weight));
}

}  // namespace
}  // namespace cairn
