#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/utf8.h"
#include "contract/expect_result.h"
#include "ports/language_model.h"

namespace cairn::testing {

/// A model under test, and whatever it needs to live. To a greeting it replies with a sentence or more, the same each
/// time at temperature 0.
class LanguageModelHarness {
 public:
  virtual ~LanguageModelHarness() = default;
  virtual LanguageModel& model() = 0;
};

using MakeLanguageModel = std::function<std::unique_ptr<LanguageModelHarness>()>;

/// Every promise of ports/language_model.h. An adapter's test instantiates it with how to make one.
class LanguageModelContract : public ::testing::TestWithParam<MakeLanguageModel> {
 protected:
  std::unique_ptr<LanguageModelHarness> harness = GetParam()();

  LanguageModel& model() { return harness->model(); }

  static ChatRequest greeting() {
    ChatRequest request;
    request.messages = {{ChatMessage::Role::system, "You answer in one short sentence."},
                        {ChatMessage::Role::user, "Greet me, please."}};
    request.max_tokens = 24;
    return request;
  }

  struct Heard {
    std::vector<std::string> pieces;
    Result<ChatReply> reply = fail(ErrorKind::internal, "was not asked");

    std::string joined() const {
      std::string text;
      for (const std::string& piece : pieces) text += piece;
      return text;
    }
  };
  /// What a model that has seen the prompt before replies each time. A part of a prompt that is kept is not computed
  /// with the rest, whose sums then come out a little different: on some processors that changes a word.
  Heard ask_again(const ChatRequest& request) {
    must(ask(request).reply);
    return ask(request);
  }
  Heard ask(const ChatRequest& request) {
    Heard heard;
    heard.reply = model().chat(request, [&](std::string_view piece) { heard.pieces.emplace_back(piece); });
    return heard;
  }
};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(LanguageModelContract);

TEST_P(LanguageModelContract, PassesOnWholeCharactersThatAreTheReply) {
  const Heard heard = ask(greeting());
  const ChatReply reply = must(heard.reply);
  EXPECT_FALSE(reply.text.empty());
  EXPECT_EQ(heard.joined(), reply.text);
  for (const std::string& piece : heard.pieces) {
    EXPECT_FALSE(piece.empty());
    EXPECT_TRUE(utf8::is_valid(piece)) << piece;
  }
  EXPECT_FALSE(reply.model.empty());
  EXPECT_FALSE(model().name().empty());
}

TEST_P(LanguageModelContract, RepliesTheSameToSomebodyWhoDoesNotListen) {
  const std::string heard = must(ask_again(greeting()).reply).text;
  EXPECT_EQ(must(model().chat(greeting(), {})).text, heard);
}

TEST_P(LanguageModelContract, SaysWhatAReplyTook) {
  const ChatReply reply = must(ask(greeting()).reply);
  EXPECT_GT(reply.usage.prompt_tokens, 5u);
  EXPECT_LE(reply.usage.cached_prompt_tokens, reply.usage.prompt_tokens);
  EXPECT_GT(reply.usage.reply_tokens, 0u);
}

TEST_P(LanguageModelContract, CountsTokens) {
  EXPECT_EQ(model().count_tokens(""), 0u);
  const std::size_t one = model().count_tokens("Copper melts at 1085 degrees.");
  EXPECT_GE(one, 5u);
  EXPECT_LE(one, 29u);
  EXPECT_GT(model().count_tokens("Copper melts at 1085 degrees. Tin melts at 232."), one);
  EXPECT_GE(model().count_tokens("銅的熔點是攝氏一千零八十五度"), 4u);
  EXPECT_GT(model().context_tokens(), 100u);
}

TEST_P(LanguageModelContract, RepliesWithNoMoreTokensThanItMay) {
  ChatRequest request = greeting();
  request.max_tokens = 3;
  const ChatReply reply = must(ask(request).reply);
  EXPECT_EQ(reply.finish, ChatReply::Finish::length);
  EXPECT_LE(reply.usage.reply_tokens, 3u);
  EXPECT_LT(reply.text.size(), must(ask(greeting()).reply).text.size());
}

TEST_P(LanguageModelContract, EndsBeforeAStopString) {
  const std::string whole = must(ask_again(greeting()).reply).text;
  const std::size_t middle = utf8::offset_of(whole, utf8::length(whole) / 2);
  ChatRequest request = greeting();
  request.stop = {"\x01", whole.substr(middle, utf8::offset_of(whole.substr(middle), 3))};
  const Heard heard = ask(request);
  const ChatReply reply = must(heard.reply);
  EXPECT_EQ(reply.text, whole.substr(0, whole.find(request.stop[1])));
  EXPECT_EQ(heard.joined(), reply.text);
  EXPECT_EQ(reply.finish, ChatReply::Finish::stop);
}

TEST_P(LanguageModelContract, APromptThatDoesNotFitIsInvalid) {
  ChatRequest request = greeting();
  for (std::uint32_t i = 0; i < model().context_tokens(); ++i) request.messages[1].content += " again and";
  const Heard heard = ask(request);
  ASSERT_TRUE(fails_with(ErrorKind::invalid, heard.reply));
  EXPECT_NE(heard.reply.error().message.find("context_tokens"), std::string::npos) << heard.reply.error().message;
  EXPECT_TRUE(heard.pieces.empty());
  EXPECT_TRUE(ask(greeting()).reply);
}

TEST_P(LanguageModelContract, NothingToAnswerIsInvalid) {
  ChatRequest request = greeting();
  request.messages.clear();
  EXPECT_TRUE(fails_with(ErrorKind::invalid, ask(request).reply));
}

TEST_P(LanguageModelContract, SaysNothingOnceCancelled) {
  ChatRequest before = greeting();
  before.cancel.cancel();
  const Heard nothing = ask(before);
  EXPECT_TRUE(fails_with(ErrorKind::cancelled, nothing.reply));
  EXPECT_TRUE(nothing.pieces.empty());

  const ChatRequest within = greeting();
  std::size_t pieces = 0;
  const auto reply = model().chat(within, [&](std::string_view) {
    ++pieces;
    within.cancel.cancel();
  });
  EXPECT_TRUE(fails_with(ErrorKind::cancelled, reply));
  EXPECT_EQ(pieces, 1u);
  EXPECT_TRUE(ask(greeting()).reply);
}

TEST_P(LanguageModelContract, EndsWhenItsTimeIsOver) {
  ChatRequest request = greeting();
  request.messages[1].content = "Tell me a long story.";
  request.max_tokens = 400;
  request.time_limit = std::chrono::milliseconds(1);
  const auto reply = ask(request).reply;
  ASSERT_FALSE(reply);
  EXPECT_TRUE(reply.error().kind == ErrorKind::unavailable || reply.error().kind == ErrorKind::limited);
}

TEST_P(LanguageModelContract, AnswersSeveralThreadsWithAWholeReplyEach) {
  std::vector<Heard> heard(4);
  {
    std::vector<std::jthread> threads;
    for (Heard& one : heard) threads.emplace_back([&] { one = ask(greeting()); });
  }
  for (const Heard& one : heard) EXPECT_EQ(one.joined(), must(one.reply).text);
}

}  // namespace cairn::testing
