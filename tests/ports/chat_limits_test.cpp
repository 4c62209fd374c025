#include "ports/chat_limits.h"

#include <gtest/gtest.h>

#include "contract/expect_result.h"
#include "contract/scripted_language_model.h"

namespace cairn {
namespace {

using testing::fails_with;
using testing::must;

TEST(ChatLimits, APriceNeedsPricesAndCountsCachedTokensByTheirOwn) {
  const ChatUsage usage{.prompt_tokens = 1'000'000, .cached_prompt_tokens = 400'000, .reply_tokens = 500'000};
  EXPECT_EQ(price_of(usage, {}), std::nullopt);
  EXPECT_DOUBLE_EQ(price_of(usage, {.prompt = 2, .reply = 10}).value(), 2 + 5);
  EXPECT_DOUBLE_EQ(price_of(usage, {.prompt = 2, .cached_prompt = 0.5, .reply = 10}).value(), 1.2 + 0.2 + 5);
}

TEST(ChatLimits, AReplyGetsWhatIsLeftOfTheContext) {
  testing::ScriptedLanguageModel model([](const ChatRequest&) { return testing::ScriptedTurn(); }, "small", 100);
  ChatRequest request;
  request.max_tokens = 50;
  EXPECT_EQ(must(room_for_reply(40, request, model)), 50u);
  EXPECT_EQ(must(room_for_reply(80, request, model)), 20u);
  const auto none = room_for_reply(90, request, model);
  ASSERT_TRUE(fails_with(ErrorKind::invalid, none));
  EXPECT_NE(none.error().message.find("generators.small.context_tokens"), std::string::npos);
  request.max_tokens = 5;
  EXPECT_EQ(must(room_for_reply(95, request, model)), 5u);
  EXPECT_TRUE(fails_with(ErrorKind::invalid, room_for_reply(100, request, model)));
  EXPECT_TRUE(fails_with(ErrorKind::invalid, room_for_reply(500, request, model)));
}

}  // namespace
}  // namespace cairn
