#include "adapters/openai/openai_language_model.h"

#include <gtest/gtest.h>

#include <barrier>
#include <chrono>
#include <ctime>
#include <thread>

#include "adapters_openai/chat_server.h"
#include "contract/expect_result.h"
#include "contract/language_model_contract.h"
#include "contract/manual_clock.h"

namespace cairn {
namespace {

using std::chrono::milliseconds;
using testing::ChatServer;
using testing::Exchange;
using testing::fails_with;
using testing::must;

OpenAiLanguageModelOptions options_for(const ChatServer& server) {
  OpenAiLanguageModelOptions options;
  options.name = "mine";
  options.base_url = server.url();
  options.model = "m";
  options.allow_private = true;
  options.context_tokens = 2048;
  options.first_pause = milliseconds(1);
  return options;
}

class EndpointHarness final : public testing::LanguageModelHarness {
 public:
  LanguageModel& model() override { return *model_; }

 private:
  SystemClock clock_;
  ChatServer server_{testing::behave};
  std::unique_ptr<LanguageModel> model_ = must(open_openai_language_model(options_for(server_), clock_));
};

using testing::LanguageModelContract;
INSTANTIATE_TEST_SUITE_P(OpenAi, LanguageModelContract,
                         ::testing::Values([] { return std::make_unique<EndpointHarness>(); }));

class OpenAiLanguageModelTest : public ::testing::Test {
 protected:
  ChatRequest question() const {
    ChatRequest request;
    request.messages = {{ChatMessage::Role::user, "hello"}};
    request.cancel = cancel;
    return request;
  }
  void serve(ChatServer::Respond respond) {
    server.emplace(std::move(respond));
    options = options_for(*server);
  }
  Result<ChatReply> ask() {
    heard.clear();
    if (!model) model = must(open_openai_language_model(options, clock));
    return model->chat(question(), [&](std::string_view piece) { heard.emplace_back(piece); });
  }
  std::string joined() const {
    std::string text;
    for (const std::string& piece : heard) text += piece;
    return text;
  }

  testing::ManualClock clock;
  CancelToken cancel;
  std::optional<ChatServer> server;
  OpenAiLanguageModelOptions options;
  std::unique_ptr<LanguageModel> model;
  std::vector<std::string> heard;
};

TEST_F(OpenAiLanguageModelTest, SendsTheConversationAndPricesTheReply) {
  nlohmann::json body;
  std::string head;
  serve([&](const Exchange& exchange) {
    body = exchange.body();
    head = exchange.request();
    testing::behave(exchange);
  });
  options.api_keys = {"k"};
  options.prices = {.prompt = 2, .cached_prompt = 1, .reply = 10};
  const ChatReply reply = must(ask());
  EXPECT_EQ(body["model"], "m");
  EXPECT_EQ(body["messages"], nlohmann::json::parse(R"([{"role":"user","content":"hello"}])"));
  EXPECT_EQ(body["stream"], true);
  EXPECT_EQ(body["temperature"], 0.0);
  EXPECT_NE(head.find("POST /v1/chat/completions "), std::string::npos);
  EXPECT_NE(head.find("Authorization: Bearer k\r\n"), std::string::npos);
  EXPECT_EQ(reply.model, "served");
  EXPECT_EQ(reply.usage.cached_prompt_tokens, 5u);
  ASSERT_TRUE(reply.usage.price);
  EXPECT_NEAR(*reply.usage.price, (15 * 2 + 5 * 1 + 12 * 10) / 1e6, 1e-12);
}

TEST_F(OpenAiLanguageModelTest, PassesTheFirstPieceOnBeforeTheRestHasCome) {
  std::atomic<bool> seen = false;
  serve([&](const Exchange& exchange) {
    exchange.begin_stream();
    exchange.text("first");
    while (!seen) std::this_thread::yield();
    exchange.text(" last");
    exchange.finish();
  });
  model = must(open_openai_language_model(options, clock));
  const ChatReply reply = must(model->chat(question(), [&](std::string_view) { seen = true; }));
  EXPECT_EQ(reply.text, "first last");
}

TEST_F(OpenAiLanguageModelTest, LeavesOutReasoningAndReadsContentInParts) {
  serve([](const Exchange& exchange) {
    exchange.begin_stream();
    exchange.event(R"({"choices":[{"delta":{"reasoning_content":"hm","content":null}}]})");
    exchange.event(R"({"choices":[{"delta":{"reasoning":"hm hm"}}]})");
    exchange.text("<thi");
    exchange.text("nk>secretly</think>\n\nYes");
    exchange.event(R"({"choices":[{"delta":{"content":[{"type":"text","text":" indeed"}]},"finish_reason":"stop"}]})");
  });
  EXPECT_EQ(must(ask()).text, "Yes indeed");
  EXPECT_EQ(joined(), "Yes indeed");
}

TEST_F(OpenAiLanguageModelTest, ReadsAnEndpointThatDoesNotStream) {
  serve([](const Exchange& exchange) {
    exchange.reply(
        200,
        R"({"model":"x","choices":[{"message":{"content":"Whole."},"finish_reason":"length"}],"usage":{"prompt_tokens":3,"completion_tokens":2}})");
  });
  const ChatReply reply = must(ask());
  EXPECT_EQ(reply.text, "Whole.");
  EXPECT_EQ(joined(), "Whole.");
  EXPECT_EQ(reply.finish, ChatReply::Finish::length);
  EXPECT_EQ(reply.usage.reply_tokens, 2u);
}

TEST_F(OpenAiLanguageModelTest, ABeginningThatTheEndpointWithholdsTheRestOfIsAReplyAndNothingAtAllAnError) {
  for (const std::string begun : {"Some of", ""}) {
    serve([&](const Exchange& exchange) {
      exchange.begin_stream();
      if (!begun.empty()) exchange.text(begun);
      exchange.event(R"({"choices":[{"delta":{},"finish_reason":"content_filter"}]})");
    });
    model.reset();
    const auto reply = ask();
    if (begun.empty()) {
      EXPECT_TRUE(fails_with(ErrorKind::invalid, reply));
    } else {
      EXPECT_EQ(must(reply).finish, ReplyEnd::content_filter);
      EXPECT_EQ(joined(), begun);
    }
  }
}

TEST_F(OpenAiLanguageModelTest, PassesASeedAndStopStringsOn) {
  nlohmann::json body;
  serve([&](const Exchange& exchange) {
    body = exchange.body();
    testing::behave(exchange);
  });
  model = must(open_openai_language_model(options, clock));
  ChatRequest request = question();
  request.seed = 7;
  request.stop = {"END"};
  must(model->chat(request, {}));
  EXPECT_EQ(body["seed"], 7);
  EXPECT_EQ(body["stop"], nlohmann::json::array({"END"}));
}

TEST_F(OpenAiLanguageModelTest, CountsByItselfWhereTheEndpointDoesNotSay) {
  serve([](const Exchange& exchange) {
    exchange.begin_stream();
    exchange.text("some words");
    exchange.finish();
  });
  const ChatReply reply = must(ask());
  EXPECT_GT(reply.usage.prompt_tokens, 0u);
  EXPECT_GE(reply.usage.reply_tokens, 2u);
  EXPECT_FALSE(reply.usage.price);
}

TEST_F(OpenAiLanguageModelTest, LeavesOutWhatAnEndpointDoesNotKnow) {
  serve([](const Exchange& exchange) {
    const auto body = exchange.body();
    if (body.contains("stream_options"))
      return exchange.reply(400, R"({"error":{"message":"Unrecognized argument: stream_options"}})");
    if (body.contains("max_tokens"))
      return exchange.reply(400, R"([{"error":{"message":"use 'max_completion_tokens' instead of max_tokens"}}])");
    exchange.begin_stream();
    exchange.text("fine");
    exchange.finish();
  });
  EXPECT_EQ(must(ask()).text, "fine");
  EXPECT_EQ(server->requests(), 3);
  EXPECT_EQ(must(ask()).text, "fine");
  EXPECT_EQ(server->requests(), 4);
}

TEST_F(OpenAiLanguageModelTest, LearnsFromARefusalThatSeveralGetAtOnce) {
  std::barrier both_were_sent(2);
  serve([&](const Exchange& exchange) {
    if (exchange.body().contains("stream_options")) {
      both_were_sent.arrive_and_wait();
      return exchange.reply(400, R"({"error":{"message":"Unrecognized argument: stream_options"}})");
    }
    exchange.begin_stream();
    exchange.text("fine");
    exchange.finish();
  });
  model = must(open_openai_language_model(options, clock));
  std::vector<std::jthread> clients;
  for (int i = 0; i < 2; ++i) clients.emplace_back([&] { EXPECT_TRUE(model->chat(question(), {})); });
}

TEST_F(OpenAiLanguageModelTest, ARunawayReplyIsCutOff) {
  serve([](const Exchange& exchange) {
    exchange.begin_stream();
    for (int i = 0; i < 1000; ++i) exchange.text(std::string(100, 'x'));
    exchange.wait_for_client_to_go();
  });
  const ChatReply reply = must(ask());
  EXPECT_EQ(reply.finish, ChatReply::Finish::length);
  EXPECT_LT(reply.text.size(), 30'000u);
}

TEST_F(OpenAiLanguageModelTest, OptionsThatCannotWorkNameTheirSetting) {
  serve(testing::behave);
  const auto error_of = [&](const std::function<void(OpenAiLanguageModelOptions&)>& change) {
    OpenAiLanguageModelOptions wrong = options;
    change(wrong);
    const auto opened = open_openai_language_model(wrong, clock);
    return opened ? std::string("opened") : opened.error().message;
  };
  EXPECT_NE(error_of([](auto& wrong) { wrong.base_url = "ftp://x"; }).find("generators.mine.base_url"),
            std::string::npos);
  EXPECT_NE(error_of([](auto& wrong) { wrong.model = ""; }).find("generators.mine.model"), std::string::npos);
  const std::string key = error_of([](auto& wrong) { wrong.api_keys = {"sk-secret\r\nX: y"}; });
  EXPECT_NE(key.find("generators.mine.api_key"), std::string::npos);
  EXPECT_EQ(key.find("sk-secret"), std::string::npos);
}

}  // namespace
}  // namespace cairn
