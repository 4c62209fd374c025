#include "adapters/model_pool/model_pool.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

#include "adapters/openai/openai_language_model.h"
#include "adapters_openai/chat_server.h"
#include "contract/expect_result.h"
#include "contract/language_model_contract.h"
#include "contract/manual_clock.h"
#include "contract/scripted_language_model.h"

namespace cairn {
namespace {

using testing::fails_with;
using testing::LanguageModelContract;
using testing::must;
using testing::ScriptedLanguageModel;
using testing::ScriptedTurn;

std::function<double()> random_from(unsigned seed) {
  return [engine = std::mt19937(seed)]() mutable { return std::uniform_real_distribution<double>(0, 1)(engine); };
}

class PoolHarness final : public testing::LanguageModelHarness {
 public:
  PoolHarness() {
    for (const char* name : {"one", "two"}) {
      OpenAiLanguageModelOptions options;
      options.name = name;
      options.base_url = server_.url();
      options.model = "m";
      options.allow_private = true;
      options.context_tokens = 2048;
      members_.push_back(must(open_openai_language_model(options, clock_)));
    }
    pool_ = must(make_model_pool(
        {.name = "both", .members = {{members_[0].get(), 1}, {members_[1].get(), 2}}, .random = random_from(1)},
        clock_));
  }
  LanguageModel& model() override { return *pool_; }

 private:
  SystemClock clock_;
  testing::ChatServer server_{testing::behave};
  std::vector<std::unique_ptr<LanguageModel>> members_;
  std::unique_ptr<LanguageModel> pool_;
};

INSTANTIATE_TEST_SUITE_P(Pool, LanguageModelContract,
                         ::testing::Values([] { return std::make_unique<PoolHarness>(); }));

class ModelPoolTest : public ::testing::Test {
 protected:
  /// A member that fails with the error of its name, while it has one.
  LanguageModel* member(const std::string& name) {
    models.push_back(std::make_unique<ScriptedLanguageModel>(
        [this, name](const ChatRequest&) {
          ++asked[name];
          const auto error = errors.find(name);
          if (error == errors.end()) return ScriptedTurn{{"I am ", name}};
          return ScriptedTurn{begun.contains(name) ? std::vector<std::string>{"I am"} : std::vector<std::string>(),
                              error->second};
        },
        name));
    return models.back().get();
  }
  Result<ChatReply> ask() {
    if (!pool) {
      options.name = "pool";
      options.random = random_from(7);
      options.on_failure = [this](const LanguageModel& model, const Error&) { failures.push_back(model.name()); };
      pool = must(make_model_pool(options, clock));
    }
    ChatRequest request;
    request.messages = {{ChatMessage::Role::user, "who?"}};
    heard.clear();
    return pool->chat(request, [&](std::string_view piece) { heard += piece; });
  }

  testing::ManualClock clock;
  ModelPoolOptions options;
  std::vector<std::unique_ptr<ScriptedLanguageModel>> models;
  std::map<std::string, Error> errors;
  std::map<std::string, bool> begun;
  std::map<std::string, int> asked;
  std::vector<std::string> failures;
  std::unique_ptr<LanguageModel> pool;
  std::string heard;
};

TEST_F(ModelPoolTest, MembersTakeTurnsByWeight) {
  options.members = {{member("a"), 1}, {member("b"), 3}, {member("c"), 0}};
  for (int i = 0; i < 1000; ++i) must(ask());
  EXPECT_NEAR(asked["a"], 250, 50);
  EXPECT_NEAR(asked["b"], 750, 50);
  EXPECT_EQ(asked["c"], 0);
}

/// A model whose turns can all be taken.
class BusyModel final : public LanguageModel {
 public:
  explicit BusyModel(LanguageModel& inner) : inner_(inner) {}
  const std::string& name() const override { return inner_.name(); }
  std::uint32_t context_tokens() const override { return inner_.context_tokens(); }
  std::size_t count_tokens(std::string_view text) const override { return inner_.count_tokens(text); }
  bool has_room() const override { return room; }
  Result<ChatReply> chat(const ChatRequest& request, const std::function<void(std::string_view)>& on_text) override {
    return inner_.chat(request, on_text);
  }

  bool room = true;

 private:
  LanguageModel& inner_;
};

TEST_F(ModelPoolTest, OneWhoseTurnsAreTakenIsAskedOnlyWhenNoMemberIsFree) {
  BusyModel a(*member("a")), b(*member("b"));
  options.members = {{&a, 1}, {&b, 1}};
  options.fall_back = {member("last")};
  a.room = false;
  for (int i = 0; i < 10; ++i) EXPECT_EQ(must(ask()).model, "b");
  EXPECT_TRUE(pool->has_room());
  b.room = false;
  for (int i = 0; i < 10; ++i) must(ask());
  EXPECT_GT(asked["a"], 0);
  EXPECT_EQ(asked["last"], 0);  // It steps in where members fail, not where they are busy.
}

TEST_F(ModelPoolTest, TheSameRandomNumbersGiveTheSameOrder) {
  options.members = {{member("a"), 1}, {member("b"), 1}};
  std::string first, second;
  for (int i = 0; i < 20; ++i) first += must(ask()).model;
  pool.reset();
  for (int i = 0; i < 20; ++i) second += must(ask()).model;
  EXPECT_EQ(first, second);
}

TEST_F(ModelPoolTest, AnotherAnswersWhereOneFailsAndTheFallBackComesLast) {
  options.members = {{member("a"), 1}, {member("b"), 1}};
  options.fall_back = {member("last")};
  errors["a"] = {ErrorKind::unavailable, "away"};
  EXPECT_EQ(must(ask()).model, "b");
  errors["b"] = {ErrorKind::limited, "busy"};
  EXPECT_EQ(must(ask()).model, "last");
  EXPECT_EQ(heard, "I am last");
}

TEST_F(ModelPoolTest, WhatWasBegunIsNotRepeatedElsewhere) {
  options.members = {{member("a"), 1}};
  options.fall_back = {member("last")};
  errors["a"] = {ErrorKind::unavailable, "cut off"};
  begun["a"] = true;
  EXPECT_TRUE(fails_with(ErrorKind::unavailable, ask()));
  EXPECT_EQ(heard, "I am");
  EXPECT_EQ(asked["last"], 0);
}

TEST_F(ModelPoolTest, OneThatKeepsFailingIsLeftInPeaceAndTriedAgainLater) {
  options.members = {{member("a"), 1}};
  options.fall_back = {member("last")};
  options.circuit = {.failures = 2, .cool_down = std::chrono::seconds(10)};
  errors["a"] = {ErrorKind::unavailable, "away"};
  for (int i = 0; i < 10; ++i) EXPECT_EQ(must(ask()).model, "last");
  EXPECT_EQ(asked["a"], 2);
  EXPECT_EQ(failures, (std::vector<std::string>{"a", "a"}));
  clock.advance(std::chrono::seconds(11));
  errors.clear();
  EXPECT_EQ(must(ask()).model, "a");
  EXPECT_EQ(must(ask()).model, "a");
}

TEST_F(ModelPoolTest, OneWithoutQuotaRestsAsLongAsItSays) {
  options.members = {{member("a"), 1}};
  options.fall_back = {member("last")};
  errors["a"] = {ErrorKind::limited, "no quota", std::chrono::seconds(60)};
  for (int i = 0; i < 3; ++i) must(ask());
  EXPECT_EQ(asked["a"], 1);
  clock.advance(std::chrono::seconds(61));
  must(ask());
  EXPECT_EQ(asked["a"], 2);
}

TEST_F(ModelPoolTest, WhenNobodyAnswersTheErrorNamesEachAndWhenToComeBack) {
  options.members = {{member("a"), 1}, {member("b"), 1}};
  errors["a"] = {ErrorKind::limited, "no quota", std::chrono::seconds(60)};
  errors["b"] = {ErrorKind::limited, "none either", std::chrono::seconds(30)};
  const auto reply = ask();
  ASSERT_TRUE(fails_with(ErrorKind::limited, reply));
  EXPECT_NE(reply.error().message.find("a: no quota"), std::string::npos);
  EXPECT_NE(reply.error().message.find("b: none either"), std::string::npos);
  EXPECT_EQ(reply.error().retry_after, std::chrono::seconds(30));
  const auto later = ask();
  ASSERT_TRUE(fails_with(ErrorKind::unavailable, later));
  EXPECT_EQ(later.error().retry_after, std::chrono::seconds(30));
}

TEST_F(ModelPoolTest, ARequestThatAllRefuseIsInvalidAndBlamesNobody) {
  options.members = {{member("a"), 1}, {member("b"), 1}};
  errors["a"] = errors["b"] = {ErrorKind::invalid, "too long"};
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(fails_with(ErrorKind::invalid, ask()));
  EXPECT_EQ(asked["a"], 5);
}

TEST_F(ModelPoolTest, ItReadsWhatTheSmallestReads) {
  ScriptedLanguageModel small([](const ChatRequest&) { return ScriptedTurn(); }, "small", 1000);
  options.members = {{member("a"), 1}, {&small, 1}};
  must(ask());
  EXPECT_EQ(pool->context_tokens(), 1000u);
  EXPECT_EQ(pool->count_tokens("12345678"), 2u);
}

TEST_F(ModelPoolTest, APoolOfNobodyIsRefused) {
  EXPECT_TRUE(fails_with(ErrorKind::invalid, make_model_pool({.name = "x"}, clock)));
}

}  // namespace
}  // namespace cairn
