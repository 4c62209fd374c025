#include "text/language.h"

#include <gtest/gtest.h>

#include "support.h"

namespace cairn::text {
namespace {

TEST(Language, TellsTheLanguageOfAParagraph) {
  EXPECT_EQ(
      detect_language("Employees receive twenty-five days of paid leave each year and may carry over five of them."),
      "en");
  EXPECT_EQ(
      detect_language(
          "Die Mitarbeiter erhalten fünfundzwanzig Tage bezahlten Urlaub im Jahr und dürfen fünf davon übertragen."),
      "de");
  EXPECT_EQ(
      detect_language("Les employés reçoivent vingt-cinq jours de congés payés par an et peuvent en reporter cinq."),
      "fr");
  EXPECT_EQ(
      detect_language("Los empleados reciben veinticinco días de vacaciones pagadas al año y pueden aplazar cinco."),
      "es");
  EXPECT_EQ(detect_language("Сотрудники получают двадцать пять дней оплачиваемого отпуска в год."), "ru");
  EXPECT_EQ(detect_language("従業員は年間二十五日の有給休暇を取得できます。"), "ja");
  EXPECT_EQ(detect_language("직원은 매년 이십오 일의 유급 휴가를 받습니다."), "ko");
  EXPECT_EQ(detect_language("พนักงานได้รับวันลาพักร้อนปีละยี่สิบห้าวัน"), "th");
  EXPECT_EQ(detect_language("يحصل الموظفون على خمسة وعشرين يومًا من الإجازة المدفوعة سنويًا."), "ar");
}

TEST(Language, TellsTraditionalFromSimplifiedByCharacters) {
  EXPECT_EQ(detect_language("員工每年享有二十五天帶薪年假，最多可結轉五天。"), "zh-Hant");
  EXPECT_EQ(detect_language("员工每年享有二十五天带薪年假，最多可结转五天。"), "zh-Hans");
}

TEST(Language, ShortTextsAreToldByScriptOrFunctionWords) {
  EXPECT_EQ(detect_language("機器學習"), "zh-Hant");
  EXPECT_EQ(detect_language("年假"), "zh-Hans");
  EXPECT_EQ(detect_language("カタカナ"), "ja");
  EXPECT_EQ(detect_language("휴가"), "ko");
  EXPECT_EQ(detect_language("what is the price?"), "en");
  EXPECT_EQ(detect_language("was ist das?"), "de");
}

TEST(Language, EnglishWithAFewChineseNamesIsEnglish) {
  EXPECT_EQ(detect_language("The contract between 台灣積體電路 and the supplier was signed in March and covers the "
                            "delivery of all parts."),
            "en");
}

TEST(Language, ChineseWithEnglishTermsIsChinese) {
  EXPECT_EQ(detect_language("請先登入 VPN，再開啟 Outlook 設定電子郵件簽名檔。"), "zh-Hant");
}

TEST(Language, WithNothingToGoByItIsUndetermined) {
  EXPECT_EQ(detect_language(""), "und");
  EXPECT_EQ(detect_language("12345 67.8 %"), "und");
  EXPECT_EQ(detect_language("\n\t "), "und");
}

TEST(Language, ALongTextIsJudgedByItsBeginning) {
  std::string text;
  while (text.size() < 70000) text += "The committee met again and decided nothing at all. ";
  for (int i = 0; i < 20000; ++i) text += "委員會";
  EXPECT_EQ(detect_language(text), "en");
}

TEST(Language, AnyTextGetsATag) {
  for (std::uint32_t seed = 0; seed < 100; ++seed) EXPECT_GE(detect_language(random_text(seed, 200)).size(), 2u);
}

}  // namespace
}  // namespace cairn::text
