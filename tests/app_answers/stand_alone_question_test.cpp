#include "app/stand_alone_question.h"

#include <gtest/gtest.h>

#include <vector>

namespace cairn {
namespace {

std::string rewrite(std::vector<std::string> said) {
  std::vector<ConversationTurn> turns;
  for (std::size_t i = 0; i < said.size(); ++i)
    turns.push_back(
        {i % 2 == 0 ? ConversationTurn::Role::user : ConversationTurn::Role::assistant, std::move(said[i])});
  return stand_alone_question(turns);
}

TEST(StandAloneQuestion, leaves_questions_alone_that_stand_alone) {
  EXPECT_EQ(rewrite({"How are backups made?"}), "How are backups made?");
  EXPECT_EQ(rewrite({"How are backups made?", "Every night.", "Which law governs the agreement?"}),
            "Which law governs the agreement?");
  EXPECT_EQ(rewrite({"試用期多長？", "三個月。", "員工旅遊去哪裡？"}), "員工旅遊去哪裡？");
}

TEST(StandAloneQuestion, fills_in_pronouns) {
  EXPECT_EQ(rewrite({"How long does the TL-450 last on one pack?", "90 days.", "How deep can it go?"}),
            "How deep can the TL-450 go?");
  EXPECT_EQ(rewrite({"What is the probation period?", "Six months.", "Can it be extended?"}),
            "Can the probation period be extended?");
  EXPECT_EQ(rewrite({"Who wrote the report on the outage?", "It was Tomasz Wren.", "When did he present it?"})
                .find("Tomasz Wren"),
            9U);
  EXPECT_EQ(rewrite({"Where is the service centre?", "In Annan.", "What is its capacity?"}),
            "What is the service centre's capacity?");
  EXPECT_EQ(rewrite({"清洗液 C-08 可以跟漂白水混合嗎？", "不可以。", "它可以保存多久？"}),
            "清洗液 C-08 可以保存多久？");
  EXPECT_EQ(rewrite({"公司的午餐補助是多少？", "120 元。", "這個補助隨薪資發給嗎？"}),
            "公司的午餐補助補助隨薪資發給嗎？");
}

TEST(StandAloneQuestion, fills_in_what_is_left_out) {
  EXPECT_EQ(rewrite({"How many days of annual leave do employees in Bristol have?", "27.", "And in Munich?"}),
            "How many days of annual leave do employees in Munich have?");
  EXPECT_EQ(rewrite({"What were the sales in 2025?", "NT$ 312 million.", "and in 2020?"}),
            "What were the sales in 2020?");
  EXPECT_EQ(rewrite({"How much does the TL-900 weigh?", "74 kg.", "What about the TL-450?"}),
            "How much does the TL-450 weigh?");
  EXPECT_EQ(rewrite({"How many days of annual leave do I get?", "27.", "What about sick leave?"}),
            "How many sick leave do I get?");
  EXPECT_EQ(rewrite({"How often is the pH probe calibrated?", "Every 30 days.", "And the oxygen probe?"}),
            "How often is the oxygen probe calibrated?");
  EXPECT_EQ(rewrite({"How many eggs do herons lay?", "Four.", "And when?"}), "How many eggs do herons lay, and when?");
}

TEST(StandAloneQuestion, fills_in_what_is_left_out_in_chinese) {
  EXPECT_EQ(rewrite({"試用期多長？", "三個月。", "那年假呢？"}), "年假多長？");
  EXPECT_EQ(rewrite({"TL-210 的酸鹼電極多久要校正一次？", "每兩週。", "那導電度呢？"}),
            "TL-210 的導電度多久要校正一次？");
  EXPECT_EQ(rewrite({"TL-210 的重量是多少？", "310 公克。", "那 TL-450 呢？"}), "TL-450 的重量是多少？");
  EXPECT_EQ(rewrite({"今年員工旅遊去哪裡？", "澎湖。", "去年呢？"}), "去年員工旅遊去哪裡？");
  EXPECT_EQ(rewrite({"更換雨刷馬達要多少錢？", "5200 元。", "要幾天？"}), "更換雨刷馬達要幾天？");
}

TEST(StandAloneQuestion, looks_back_over_several_questions) {
  EXPECT_EQ(rewrite({"How much does the TL-900 weigh?", "74 kg.", "And the TL-450?", "3.9 kg.", "And the TL-210?"}),
            "How much does the TL-210 weigh?");
  EXPECT_EQ(rewrite({"試用期多長？", "三個月。", "那年假呢？", "十天。", "那病假呢？"}), "病假多長？");
}

}  // namespace
}  // namespace cairn
