#include "app/question_kind.h"

#include <gtest/gtest.h>

namespace cairn {
namespace {

TEST(QuestionKind, reads_english_and_both_chinese_scripts) {
  EXPECT_EQ(question_kind("How many probes fit the sonde?"), QuestionKind::number);
  EXPECT_EQ(question_kind("WHEN was it founded?"), QuestionKind::time);
  EXPECT_EQ(question_kind("这座塔有多高？"), QuestionKind::number);
  EXPECT_EQ(question_kind("這台儀器的價格是多少？"), QuestionKind::money);
  EXPECT_EQ(question_kind("会议什么时候开始？"), QuestionKind::time);
  EXPECT_EQ(question_kind("How many days does it take?"), QuestionKind::duration);
  EXPECT_EQ(question_kind("電池可以用多久？"), QuestionKind::duration);
  EXPECT_EQ(question_kind("Who signs for the laptop?"), QuestionKind::name);
  EXPECT_EQ(question_kind("誰負責？"), QuestionKind::name);
  EXPECT_EQ(question_kind("Why does the wiper stop?"), QuestionKind::open);
}

TEST(QuestionKind, looks_for_whole_words) {
  EXPECT_EQ(question_kind("Explain the whole whenever clause"), QuestionKind::open);
}

TEST(QuestionKind, a_number_question_wants_a_number) {
  EXPECT_EQ(fits(QuestionKind::number, "It weighs 4 kg.", "", "How much?"), 1);
  EXPECT_EQ(fits(QuestionKind::number, "It has six ports.", "", "How many?"), 1);
  EXPECT_EQ(fits(QuestionKind::number, "共有三個", "", "多少?"), 1);
  EXPECT_EQ(fits(QuestionKind::number, "Fifteen people came.", "", "How many people?"), 1);
  EXPECT_EQ(fits(QuestionKind::number, "Some twenty-five people came.", "", "How many people?"), 1);
  EXPECT_EQ(fits(QuestionKind::number, "A hundred people came.", "", "How many people?"), 1);
  EXPECT_EQ(fits(QuestionKind::number, "一百二十人參加", "", "多少人?"), 1);
  EXPECT_EQ(fits(QuestionKind::number, "Nobody often came.", "", "How many people?"), 0);
  EXPECT_EQ(fits(QuestionKind::number, "It is heavy.", "", "How much?"), 0);
}

TEST(QuestionKind, a_number_without_its_unit_is_half_an_answer) {
  EXPECT_EQ(fits(QuestionKind::duration, "The pack lasts 34 days.", "", "How long?"), 1);
  EXPECT_EQ(fits(QuestionKind::duration, "保固二十四個月。", "", "多久？"), 1);
  EXPECT_EQ(fits(QuestionKind::duration, "It lasts twenty hours.", "", "How long?"), 1);
  EXPECT_EQ(fits(QuestionKind::duration, "There are 34 packs.", "", "How long?"), 0.5);
  EXPECT_EQ(fits(QuestionKind::time, "It opened in 1984.", "", "When?"), 1);
  EXPECT_EQ(fits(QuestionKind::time, "It opens on a Monday.", "", "When?"), 1);
  EXPECT_EQ(fits(QuestionKind::time, "It opens at 14:30.", "", "When?"), 1);
  EXPECT_EQ(fits(QuestionKind::time, "It weighs 1,984.5 kg.", "", "When?"), 0.5);
  EXPECT_EQ(fits(QuestionKind::time, "It is open.", "", "When?"), 0);
  EXPECT_EQ(fits(QuestionKind::money, "It is EUR 395.", "", "What is the price?"), 1);
  EXPECT_EQ(fits(QuestionKind::money, "O-30 | 395", "", "What is the price?"), 0.5);
  EXPECT_EQ(fits(QuestionKind::money, "O-30 | 395", "Part | Price in EUR", "What is the price?"), 1);
}

TEST(QuestionKind, a_name_question_wants_a_name_that_it_does_not_have_itself) {
  EXPECT_EQ(fits(QuestionKind::name, "The badge is signed for by Tomasz Wren.", "", "Who signs for the badge?"), 1);
  EXPECT_EQ(fits(QuestionKind::name, "The badge is signed for in Bristol.", "", "Who signs in Bristol?"), 0);
  EXPECT_EQ(fits(QuestionKind::name, "由他簽收", "", "誰簽收？"), 0.5);
}

}  // namespace
}  // namespace cairn
