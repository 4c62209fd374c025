#include "text/analyzer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "support.h"

namespace cairn::text {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::Not;

std::vector<std::string> terms(std::string_view text, std::string_view language = "en") {
  std::vector<std::string> out;
  for (const Term& term : Analyzer().document_terms(text, language)) out.push_back(term.text);
  return out;
}

std::vector<std::string> query(std::string_view text) {
  std::vector<std::string> out;
  for (const auto& term : Analyzer().query_terms(text)) out.push_back(term.text);
  return out;
}

/// Whether every word of the query that is no stop word finds a term of the document.
bool meets(std::string_view asked, std::string_view document, std::string_view language) {
  const auto found = terms(document, language);
  const auto looked_up = query(asked);
  return std::ranges::any_of(looked_up,
                             [&](const auto& term) { return std::ranges::find(found, term) != found.end(); });
}

TEST(Analyzer, WordsAreFoldedAndStemmedInTheirLanguage) {
  EXPECT_THAT(terms("Running DOGS, quickly."), ElementsAre("run", "dog", "quick"));
  EXPECT_THAT(terms("Die Häuser der Verträge", "de"), IsSupersetOf({"haus", "vertrag"}));
  EXPECT_THAT(terms("the company's café", "en"), ElementsAre("the", "compani", "cafe"));
}

TEST(Analyzer, AnUnknownLanguageIsNoErrorAndUndeterminedIsReadAsEnglish) {
  EXPECT_THAT(terms("Běžící psi", "cs"), ElementsAre("bezici", "psi"));
  EXPECT_EQ(terms("running dogs", "und"), terms("running dogs", "en"));
  EXPECT_THAT(terms("word", "x-made-up-tag"), ElementsAre("word"));
}

TEST(Analyzer, EveryTermKnowsWhereItStands) {
  const std::string text = "Ångström — ISO-9001，自然語言";
  for (const Term& term : Analyzer().document_terms(text, "en")) {
    if (term.text == "angstrom") { EXPECT_EQ(slice(text, term.span), "Ångström"); }
    if (term.text == "iso9001") { EXPECT_EQ(slice(text, term.span), "ISO-9001"); }
    if (term.text == "9001") { EXPECT_EQ(slice(text, term.span), "9001"); }
    if (term.text == "语言") { EXPECT_EQ(slice(text, term.span), "語言"); }
  }
  EXPECT_THAT(terms(text), IsSupersetOf({"angstrom", "iso9001", "9001", "语言"}));
}

TEST(Analyzer, PositionsGrowWordByWord) {
  const auto found = Analyzer().document_terms("one two ISO-9001 three", "en");
  EXPECT_EQ(found.front().position, 0u);
  EXPECT_EQ(found.back().text, "three");
  EXPECT_EQ(found.back().position, 4u);
}

TEST(Analyzer, NumbersAndIdentifiersStaySearchable) {
  EXPECT_THAT(terms("costs 1,000.50"), ElementsAre("cost", "1000.50"));
  EXPECT_THAT(terms("release v2.3.1"), Contains("v2.3.1"));
  EXPECT_THAT(terms("john.doe@example.org"), IsSupersetOf({"john.doe@example.org", "john", "doe"}));
  EXPECT_THAT(terms("snake_case_1"), Contains("snakecase1"));
  EXPECT_THAT(terms("the U.S.A. wrote C++ and C#"), IsSupersetOf({"usa", "c++", "c#"}));
  EXPECT_THAT(terms("1,2,3"), ElementsAre("1", "2", "3"));
}

TEST(Analyzer, SpellingsOfOneIdentifierMeet) {
  for (const char* asked : {"ISO-9001", "ISO 9001", "iso9001", "ISO/9001"}) {
    for (const char* written : {"ISO-9001", "ISO 9001", "ISO9001"})
      EXPECT_TRUE(meets(asked, written, "en")) << asked << " " << written;
  }
  EXPECT_TRUE(meets("email", "send an e-mail", "en"));
  EXPECT_TRUE(meets("e-mail", "send an email", "en"));
}

TEST(Analyzer, HyphenatedWordsAreTheirParts) { EXPECT_THAT(terms("boundary-layer"), ElementsAre("boundari", "layer")); }

TEST(Analyzer, ChineseIsFoundByWordsPairsAndCharactersInEitherScript) {
  EXPECT_THAT(terms("年假", "zh-Hans"), testing::UnorderedElementsAre("年", "年假", "假"));
  EXPECT_EQ(terms("機器學習", "zh-Hant"), terms("机器学习", "zh-Hans"));
  EXPECT_TRUE(meets("学习", "我們學習", "zh-Hant"));
  EXPECT_TRUE(meets("學習", "我们学习", "zh-Hans"));
  EXPECT_TRUE(meets("龍", "一条龙", "zh-Hans"));
}

TEST(Analyzer, JapaneseThaiAndKoreanAreCutIntoWords) {
  EXPECT_THAT(terms("カタカナと漢字", "ja"), IsSupersetOf({"カタカナ", "汉字"}));
  EXPECT_THAT(terms("ภาษาไทยง่าย", "th"), ElementsAre("ภาษา", "ไทย", "ง่าย"));
  EXPECT_THAT(terms("한국어로 말하다", "ko"), IsSupersetOf({"한국어로", "한국", "국어"}));
}

TEST(Analyzer, LatinWordsInsideChineseAreWords) {
  EXPECT_THAT(terms("使用iPhone手機", "zh-Hant"), IsSupersetOf({"iphon", "手机"}));
}

TEST(Analyzer, AQueryMeetsDocumentsInTheirOwnLanguages) {
  EXPECT_TRUE(meets("running", "They run.", "en"));
  EXPECT_TRUE(meets("Kündigungsfristen", "Die Kündigungsfrist beträgt drei Monate.", "de"));
  EXPECT_TRUE(meets("avions", "l'avion est parti", "fr"));
  EXPECT_TRUE(meets("договоры", "по договору", "ru"));
  EXPECT_TRUE(meets("boeing", "Boeing baut Flugzeuge.", "de"));
}

TEST(Analyzer, StopWordsOfTheQueryAreMarkedAndKept) {
  for (const auto& term : Analyzer().query_terms("What is the price of it?"))
    EXPECT_EQ(term.stop_word, term.text != "price" && term.text != "pric") << term.text;
  for (const auto& term : Analyzer().query_terms("公司的年假有多少天")) {
    if (term.text == "的" || term.text == "多少") { EXPECT_TRUE(term.stop_word) << term.text; }
    if (term.text == "公司" || term.text == "年假") { EXPECT_FALSE(term.stop_word) << term.text; }
  }
  EXPECT_THAT(query("the of and"), Not(IsEmpty()));
}

TEST(Analyzer, AlternativesOfAWordComeOnceEach) {
  const auto found = query("running");
  EXPECT_EQ(std::set<std::string>(found.begin(), found.end()).size(), found.size());
}

TEST(Analyzer, TextWithoutWordsHasNoTerms) {
  EXPECT_THAT(terms(""), IsEmpty());
  EXPECT_THAT(terms(" …!? 😀 \n"), IsEmpty());
  EXPECT_THAT(query("?!"), IsEmpty());
}

TEST(Analyzer, AnEndlessWordIsCutAndAnEndlessLineIsRead) {
  EXPECT_THAT(terms(std::string(1000000, 'x')), ElementsAre(std::string(64, 'x')));
  std::string line;
  for (int i = 0; i < 50000; ++i) line += "机器学";
  EXPECT_GE(terms(line, "zh-Hans").size(), 299999u);
  EXPECT_FALSE(query(line).empty());
}

TEST(Analyzer, TermsAreShortWellFormedAndInBoundsForAnyText) {
  Analyzer analyzer;
  for (std::uint32_t seed = 0; seed < 200; ++seed) {
    const std::string text = random_text(seed, 200);
    const auto size = static_cast<std::uint32_t>(utf8::length(text));
    for (const Term& term : analyzer.document_terms(text, seed % 2 == 0 ? "en" : "ja")) {
      ASSERT_TRUE(utf8::is_valid(term.text) && !term.text.empty()) << "seed " << seed;
      ASSERT_LE(term.text.size(), 64u) << "seed " << seed;
      ASSERT_LE(term.span.start, term.span.end) << "seed " << seed;
      ASSERT_LE(term.span.end, size) << "seed " << seed;
    }
    EXPECT_EQ(analyzer.query_terms(text).empty(), analyzer.document_terms(text, "en").empty()) << "seed " << seed;
  }
}

TEST(QueryTerms, StemsOfOneWordHaveItsNumberAndTwoWordsHaveTwo) {
  Analyzer analyzer;
  std::set<std::uint32_t> words;
  for (const auto& term : analyzer.query_terms("nationales")) words.insert(term.word);
  EXPECT_EQ(words.size(), 1U);
  for (const auto& term : analyzer.query_terms("nationales montagnes")) words.insert(term.word);
  EXPECT_EQ(words.size(), 2U);
}

}  // namespace
}  // namespace cairn::text
