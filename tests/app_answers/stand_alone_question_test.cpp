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

TEST(StandAloneQuestion, asks_the_same_of_another_thing) {
  const std::string warranty = "How long is the warranty for instruments?";
  const std::string probes = "How long is the warranty for probes?";
  for (const char* next : {"And how long for probes?", "How long for probes?", "What about probes?", "And for probes?"})
    EXPECT_EQ(rewrite({warranty, "Two years.", next}), probes) << next;
  EXPECT_EQ(rewrite({"How long is the warranty?", "Two years.", "And how long for probes?"}), probes);
  EXPECT_EQ(rewrite({"What is the warranty for instruments?", "Two years.", "How much for probes?"}),
            "What is the warranty for probes, and how much?");
  EXPECT_EQ(rewrite({"Who is the head of sales?", "Ana Ruiz.", "And marketing?"}), "Who is the head of marketing?");
  EXPECT_EQ(rewrite({"How often is the pH probe calibrated?", "Monthly.", "What about the lamp?"}),
            "How often is the lamp calibrated?");
}

TEST(StandAloneQuestion, counts_of_what_those_were) {
  const std::string leave = "How many days of annual leave do I get?";
  EXPECT_EQ(rewrite({leave, "27.", "How many of those can be carried over?"}),
            "How many days of annual leave can be carried over?");
  EXPECT_EQ(rewrite({leave, "27.", "Can those be carried over?"}), "Can days of annual leave be carried over?");
  EXPECT_EQ(rewrite({leave, "27.", "Do those rules apply in Bristol?"}), "Do those rules apply in Bristol?");
}

TEST(StandAloneQuestion, keeps_the_topic_when_unsure_what_to_replace) {
  EXPECT_EQ(rewrite({"How long is the warranty?", "Two years.", "What about probes?"}),
            "How long is the warranty, and probes?");
  EXPECT_EQ(rewrite({"What is the fee for the course?", "£90.", "And the exam?"}),
            "What is the fee for the course, and the exam?");
  EXPECT_EQ(rewrite({"How many eggs do herons lay?", "Four.", "What about swans?"}),
            "How many eggs do herons lay, and swans?");
  EXPECT_EQ(rewrite({"租一週 TL-210 多少錢？", "900 元。", "押金呢？"}), "租一週 TL-210 押金多少錢？");
  EXPECT_EQ(rewrite({"國外出差膳雜費一天多少？", "1500 元。", "住宿呢？"}), "國外出差膳雜費一天住宿多少？");
}

TEST(StandAloneQuestion, replaces_like_by_like_in_chinese) {
  const std::string trip = "國外出差膳雜費日本一天多少？";
  EXPECT_EQ(rewrite({trip, "2000 元。", "歐洲呢？"}), "國外出差膳雜費歐洲一天多少？");
  EXPECT_EQ(rewrite({trip, "2000 元。", "那國內呢？"}), "國內出差膳雜費日本一天多少？");
  EXPECT_EQ(rewrite({"父母過世喪假幾天？", "八天。", "那祖父母呢？"}), "祖父母過世喪假幾天？");
  EXPECT_EQ(rewrite({"租一週 TL-210 多少錢？", "900 元。", "一個月呢？"}), "租一個月 TL-210 多少錢？");
  EXPECT_EQ(rewrite({"租一週 TL-210 多少錢？", "900 元。", "那 TL-450 呢？"}), "租一週 TL-450 多少錢？");
  EXPECT_EQ(rewrite({"公司今年員工旅遊去哪裡？", "澎湖。", "去年呢？"}), "公司去年員工旅遊去哪裡？");
}

TEST(StandAloneQuestion, leaves_alone_what_has_no_rest) {
  for (const char* next : {"", "?", "And", "What about?", "呢？", "那呢？"})
    EXPECT_EQ(rewrite({"How long is the warranty?", "Two years.", next}), next);
}

TEST(StandAloneQuestion, looks_back_over_several_questions) {
  EXPECT_EQ(rewrite({"How much does the TL-900 weigh?", "74 kg.", "And the TL-450?", "3.9 kg.", "And the TL-210?"}),
            "How much does the TL-210 weigh?");
  EXPECT_EQ(rewrite({"試用期多長？", "三個月。", "那年假呢？", "十天。", "那病假呢？"}), "病假多長？");
}

}  // namespace
}  // namespace cairn
