#include "app/query_language.h"

#include <gtest/gtest.h>

namespace cairn {
namespace {

TEST(QueryLanguage, TellsCjkByAFifthOfTheLetters) {
  EXPECT_TRUE(query_language("員工每年有幾天特別休假？").cjk);
  EXPECT_TRUE(query_language("なつやすみ").cjk);
  EXPECT_TRUE(query_language("휴가는 며칠입니까").cjk);
  EXPECT_TRUE(query_language("PDF 檔案").cjk);
  EXPECT_FALSE(query_language("What does the sign 山 mean on a map?").cjk);
  EXPECT_FALSE(query_language("How many days?").cjk);
  EXPECT_FALSE(query_language("").cjk);
}

TEST(QueryLanguage, NamesTheChineseScriptWhenTheCharactersTellIt) {
  EXPECT_EQ(query_language("圖書館幾點開門").script, "zh-Hant");
  EXPECT_EQ(query_language("图书馆几点开门").script, "zh-Hans");
  EXPECT_EQ(query_language("library").script, "");
}

TEST(QueryLanguage, SuitsModelsOfItsWritingSystem) {
  const QueryLanguage chinese = query_language("圖書館"), english = query_language("library");
  EXPECT_TRUE(chinese.suits({"zh"}));
  EXPECT_FALSE(chinese.suits({"en"}));
  EXPECT_TRUE(english.suits({"en"}));
  EXPECT_FALSE(english.suits({"zh"}));
  EXPECT_TRUE(english.suits({"zh", "en"}));
  EXPECT_TRUE(english.suits({}) && chinese.suits({}));  // A model for all languages.
}

TEST(QueryLanguage, FoldsChineseAsDocumentsAreFolded) {
  EXPECT_EQ(embedded_query("圖書館", query_language("圖書館")), "图书馆");
  EXPECT_EQ(embedded_query("Library", query_language("Library")), "Library");
}

TEST(QueryLanguage, CutsAHugeQueryBetweenTwoCharacters) {
  std::string huge = "a";
  while (huge.size() < 100'000) huge += "é";
  const std::string cut = embedded_query(huge, query_language(huge));
  EXPECT_LT(cut.size(), 10'000U);
  EXPECT_EQ(cut.size() % 2, 1U);  // No half character at the end.
  EXPECT_TRUE(huge.starts_with(cut));
}

TEST(QueryLanguage, KnowsWhiteSpaceOfEveryKind) {
  EXPECT_TRUE(is_blank(""));
  EXPECT_TRUE(is_blank(" \t\r\n\u00A0\u2003\u3000\uFEFF"));
  EXPECT_FALSE(is_blank(" \u3000."));
}

}  // namespace
}  // namespace cairn
