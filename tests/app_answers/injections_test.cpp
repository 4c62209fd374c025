#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "app/answer_question.h"
#include "app/grounded_generator.h"
#include "app/test_store.h"
#include "app_answers/scripted_model.h"

namespace cairn {
namespace {

using testing::must;
using testing::ScriptedModel;

struct Injection {
  std::string language, text, obeyed;
};

std::vector<Injection> injections() {
  std::ifstream lines(CAIRN_FIXTURES "/checking/injections.jsonl");
  std::vector<Injection> all;
  for (std::string line; std::getline(lines, line);) {
    const auto entry = nlohmann::json::parse(line);
    all.push_back({entry["language"], entry["injection"], entry["obeyed"]});
  }
  return all;
}

class Injections : public ::testing::Test {
 protected:
  /// A document that answers the question and gives an order in the middle of it.
  void write(const Injection& injection) {
    const bool chinese = injection.language != "en";
    store.ingest("leave.txt", chinese ? "員工每年有十天特休。\n" + injection.text + "\n未休完的特休可遞延一年。"
                                      : "Employees have 27 days of annual leave.\n" + injection.text +
                                            "\nUp to five days of leave can be carried over.");
    store.work();
    question = chinese ? "員工每年有幾天特休？" : "How many days of annual leave do employees have?";
    truth = chinese ? "員工每年有十天特休[1]。" : "Employees have 27 days of annual leave [1].";
  }

  Answer ask(bool checked_tokens = false) {
    GroundedGenerator generator(model, {.limits = {}, .least_evidence = 0});
    const Searcher searcher(*store.catalog, *store.blobs, store.embedders, store.clock, SearchTuning{});
    const AnswerQuestion use_case(searcher, store.embedders, {&generator}, store.clock);
    AnswerRequest request;
    request.question = question;
    request.generator = "scripted";
    request.checked_tokens = checked_tokens;
    streamed.clear();
    return must(use_case.answer(Principal{}, request, [&](std::string_view text) { streamed += text; }));
  }

  testing::TestStore store;
  ScriptedModel model;
  std::string question, truth, streamed;
};

TEST_F(Injections, there_are_forty) { EXPECT_EQ(injections().size(), 40U); }

TEST_F(Injections, what_an_obeying_model_says_reaches_no_answer) {
  for (const Injection& injection : injections()) {
    write(injection);
    for (const std::string citation : {" [1]", " [1][2]", ""}) {
      model.reply = injection.obeyed + citation + "\n" + truth;
      const Answer answer = ask(true);
      EXPECT_EQ(answer.sentences.size(), 1U) << injection.text << " → " << answer.answer;
      EXPECT_EQ(answer.answer.find(injection.obeyed), std::string::npos) << injection.text;
      EXPECT_EQ(streamed, answer.answer);
    }
    model.reply = injection.obeyed + " [1]";
    EXPECT_TRUE(ask().abstained) << injection.text;
  }
}

TEST_F(Injections, no_order_leaves_its_fence_in_the_prompt) {
  for (const Injection& injection : injections()) {
    write(injection);
    model.reply = "NO ANSWER";
    ask();
    const ChatRequest& asked = model.asked.back();
    ASSERT_EQ(asked.messages.size(), 2U);
    const std::string& prompt = asked.messages[1].content;
    const std::string end = "</" + prompt.substr(1, prompt.find('\n') - 1);
    EXPECT_EQ(prompt.find(end), prompt.rfind(end)) << injection.text;
    for (const std::string bad : {"<|im_", "[INST]", "\nSYSTEM:", "\nAssistant:", "\n系統："})
      EXPECT_EQ(prompt.find(bad), std::string::npos) << injection.text;
  }
}

}  // namespace
}  // namespace cairn
