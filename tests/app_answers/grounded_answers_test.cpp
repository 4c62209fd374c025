#include <gtest/gtest.h>

#include "app/answer_question.h"
#include "app/grounded_generator.h"
#include "app/test_store.h"
#include "app_answers/scripted_model.h"
#include "base/utf8.h"

namespace cairn {
namespace {

using testing::must;
using testing::ScriptedModel;

class GroundedAnswers : public ::testing::Test {
 protected:
  GroundedAnswers() {
    store.ingest("birds.txt",
                 "Herons nest in the reeds. They lay four eggs in April. The eggs are blue.\n"
                 "Otters sleep in the holt. They eat fish.");
    store.work();
  }

  Answer ask(AnswerRequest request = {}) {
    GroundedGenerator generator(model, {.limits = {}, .least_evidence = 0});
    const Searcher searcher(*store.catalog, *store.blobs, store.embedders, store.clock, SearchTuning{});
    const AnswerQuestion use_case(searcher, store.embedders, {&generator}, store.clock, policy);
    if (request.question.empty()) request.question = "How many eggs do herons lay?";
    request.generator = "scripted";
    streamed.clear();
    return must(use_case.answer(Principal{}, request, [&](std::string_view text) { streamed += text; }));
  }

  testing::TestStore store;
  ScriptedModel model;
  AnswerPolicy policy;
  std::string streamed;
};

TEST_F(GroundedAnswers, the_model_reads_neighbours_joined_and_nothing_twice) {
  model.reply = "NO ANSWER";
  EXPECT_TRUE(ask().abstained);
  const std::string& prompt = model.asked.back().messages[1].content;
  EXPECT_NE(prompt.find("Herons nest in the reeds. They lay four eggs in April."), std::string::npos) << prompt;
  EXPECT_EQ(prompt.find("four eggs"), prompt.rfind("four eggs"));
}

TEST_F(GroundedAnswers, what_is_supported_stays_and_the_rest_is_dropped) {
  model.reply = "They lay four eggs in April [1]. They lay nine eggs in May [1]. The eggs are blue [1].";
  const Answer answer = ask();
  EXPECT_EQ(answer.answer, "They lay four eggs in April. The eggs are blue.");
  EXPECT_EQ(answer.dropped, 1U);
  EXPECT_EQ(streamed, "They lay four eggs in April. They lay nine eggs in May. The eggs are blue.");
  const std::string text = store.live().at("birds.txt").text;
  for (const Citation& citation : answer.citations)
    EXPECT_EQ(utf8::CodePointIndex(text).slice(citation.span), citation.quote);
  EXPECT_EQ(answer.usage->reply_tokens, 20U);
}

TEST_F(GroundedAnswers, what_is_not_supported_can_be_shown_as_such) {
  policy.show_unsupported = true;
  model.reply = "They lay four eggs in April [1]. They lay nine eggs in May [1].";
  const Answer answer = ask();
  EXPECT_EQ(answer.answer, streamed);
  ASSERT_EQ(answer.sentences.size(), 2U);
  EXPECT_TRUE(answer.sentences[0].supported);
  EXPECT_FALSE(answer.sentences[1].supported);
  EXPECT_NE(answer.sentences[1].reason.find("nine"), std::string::npos);
}

TEST_F(GroundedAnswers, a_sentence_without_citations_gets_the_evidence_that_supports_it) {
  model.reply = "They lay four eggs in April.";
  const Answer answer = ask();
  ASSERT_EQ(answer.sentences.size(), 1U);
  ASSERT_EQ(answer.citations.size(), 1U);
  EXPECT_NE(answer.citations[0].quote.find("four eggs"), std::string::npos);
}

TEST_F(GroundedAnswers, checked_tokens_are_the_answer_to_the_letter) {
  AnswerRequest request;
  request.checked_tokens = true;
  model.reply = "They lay nine eggs in May [1].\n\nThey lay four eggs in April [1]. The eggs are blue [1].";
  const Answer answer = ask(request);
  EXPECT_EQ(streamed, "They lay four eggs in April. The eggs are blue.");
  EXPECT_EQ(answer.answer, streamed);
}

TEST_F(GroundedAnswers, a_conversations_last_question_is_looked_for_in_words_that_stand_alone) {
  AnswerRequest request;
  request.question = "When do they lay them?";
  request.conversation = {{ConversationTurn::Role::user, "How many eggs do herons lay?"},
                          {ConversationTurn::Role::assistant, "Four."}};
  model.reply = "When do herons lay eggs?";
  EXPECT_EQ(ask(request).rewritten_question, "When do herons lay eggs?");
  EXPECT_NE(model.asked.back().messages[1].content.find("When do herons lay eggs?"), std::string::npos);
}

}  // namespace
}  // namespace cairn
