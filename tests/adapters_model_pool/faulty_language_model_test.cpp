#include "adapters/fault/faulty_language_model.h"

#include <gtest/gtest.h>

#include "adapters/model_pool/model_pool.h"
#include "contract/expect_result.h"
#include "contract/manual_clock.h"
#include "contract/scripted_language_model.h"

namespace cairn {
namespace {

using testing::must;
using testing::ScriptedLanguageModel;

const std::string whole = "A reply of some words, 也有中文，so that it comes in several pieces.";

TEST(FaultyLanguageModel, PassesEverythingOnAtRateZero) {
  ScriptedLanguageModel inner = ScriptedLanguageModel::saying(whole);
  FaultyLanguageModel model(inner, std::make_shared<FaultPlan>(FaultOptions{.seed = 1, .rate = 0}));
  ChatRequest request;
  EXPECT_EQ(must(model.chat(request, {})).text, whole);
  EXPECT_EQ(model.name(), inner.name());
}

/// Whatever fails, a caller of the pool hears the reply once and whole, or a beginning of it and an error.
TEST(FaultyLanguageModel, NothingIsDoubledByAPoolWhoseMembersFail) {
  int replies = 0, errors = 0;
  for (std::uint64_t seed = 1; seed <= 500; ++seed) {
    const auto plan = std::make_shared<FaultPlan>(FaultOptions{.seed = seed, .rate = 0.6});
    ScriptedLanguageModel inner = ScriptedLanguageModel::saying(whole);
    FaultyLanguageModel one(inner, plan), two(inner, plan), last(inner, plan);
    testing::ManualClock clock;
    const auto pool = must(make_model_pool({.name = "pool",
                                            .members = {{&one, 1}, {&two, 1}},
                                            .fall_back = {&last},
                                            .random = [&] { return plan->toss(0.5) ? 0.2 : 0.7; }},
                                           clock));
    std::string heard;
    const auto reply = pool->chat(ChatRequest(), [&](std::string_view piece) { heard += piece; });
    if (reply) {
      EXPECT_EQ(heard, whole) << plan->describe();
    } else {
      EXPECT_TRUE(whole.starts_with(heard)) << plan->describe();
    }
    ++(reply ? replies : errors);
  }
  EXPECT_GT(replies, 100);
  EXPECT_GT(errors, 100);
}

}  // namespace
}  // namespace cairn
