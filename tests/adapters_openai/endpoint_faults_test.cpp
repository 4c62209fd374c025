#include <gtest/gtest.h>

#include <chrono>
#include <ctime>
#include <latch>

#include "adapters/openai/openai_language_model.h"
#include "adapters_openai/chat_server.h"
#include "contract/expect_result.h"
#include "contract/manual_clock.h"

namespace cairn {
namespace {

using std::chrono::milliseconds;
using testing::ChatServer;
using testing::Exchange;
using testing::fails_with;
using testing::must;

void answer(const Exchange& exchange, const std::string& text = "fine") {
  exchange.begin_stream();
  exchange.text(text);
  exchange.finish();
  exchange.event("[DONE]");
}

/// An endpoint that misbehaves, and a caller who must come away with a whole reply or a clear error.
class EndpointFaults : public ::testing::Test {
 protected:
  void serve(ChatServer::Respond respond) {
    server.emplace(std::move(respond));
    options.name = "mine";
    options.base_url = server->url();
    options.model = "m";
    options.allow_private = true;
    options.api_keys = {"sk-first-secret"};
    options.first_pause = milliseconds(1);
  }
  Result<ChatReply> ask(milliseconds time_limit = milliseconds(60'000)) {
    heard.clear();
    if (!model) model = must(open_openai_language_model(options, clock));
    ChatRequest request;
    request.messages = {{ChatMessage::Role::user, "hello"}};
    request.cancel = cancel;
    request.time_limit = time_limit;
    auto reply = model->chat(request, [&](std::string_view piece) {
      heard += piece;
      if (on_piece) on_piece();
    });
    const std::string said = reply ? "" : reply.error().message;
    EXPECT_EQ(said.find("secret"), std::string::npos) << said;
    return reply;
  }

  testing::ManualClock clock;
  CancelToken cancel;
  std::optional<ChatServer> server;
  OpenAiLanguageModelOptions options;
  std::unique_ptr<LanguageModel> model;
  std::string heard;
  std::function<void()> on_piece;
};

TEST_F(EndpointFaults, AnEndpointThatHangsIsGivenUpAfterItsTimeAndNotAskedAgain) {
  serve([](const Exchange& exchange) { exchange.wait_for_client_to_go(); });
  options.first_byte_timeout = milliseconds(60);
  const auto reply = ask();
  ASSERT_TRUE(fails_with(ErrorKind::unavailable, reply));
  EXPECT_NE(reply.error().message.find("did not begin"), std::string::npos) << reply.error().message;
  EXPECT_EQ(server->requests(), 1);
}

TEST_F(EndpointFaults, OneThatStopsInTheMiddleIsGivenUpToo) {
  serve([](const Exchange& exchange) {
    exchange.begin_stream();
    exchange.text("some");
    exchange.wait_for_client_to_go();
  });
  options.idle_timeout = milliseconds(60);
  EXPECT_TRUE(fails_with(ErrorKind::unavailable, ask()));
  EXPECT_EQ(heard, "some");
  EXPECT_EQ(server->requests(), 1);
}

TEST_F(EndpointFaults, AStreamThatIsCutAfterAPieceIsAnErrorAndNotRepeated) {
  serve([](const Exchange& exchange) {
    exchange.begin_stream();
    exchange.text("half of");
  });
  EXPECT_TRUE(fails_with(ErrorKind::unavailable, ask()));
  EXPECT_EQ(heard, "half of");
  EXPECT_EQ(server->requests(), 1);
}

TEST_F(EndpointFaults, AStreamThatIsCutBeforeAPieceIsRepeated) {
  serve([](const Exchange& exchange) {
    if (exchange.number() < 3) return exchange.begin_stream();
    answer(exchange);
  });
  EXPECT_EQ(must(ask()).text, "fine");
  EXPECT_EQ(heard, "fine");
  EXPECT_EQ(server->requests(), 3);
}

TEST_F(EndpointFaults, AMissingEndMarkerDoesNoHarm) {
  serve([](const Exchange& exchange) {
    exchange.begin_stream();
    exchange.text("fine");
    exchange.finish();
  });
  EXPECT_EQ(must(ask()).text, "fine");
}

TEST_F(EndpointFaults, GarbageIsAClearError) {
  for (const char* garbage :
       {"data: not json\n\n", "data: [1, 2]\n\n", "data: \xFF\xFE\n\n", "\0\0\0\0", "data: \"x\"\n\n"}) {
    model.reset();
    serve([&](const Exchange& exchange) {
      exchange.begin_stream();
      exchange.send(garbage);
    });
    const auto reply = ask();
    ASSERT_TRUE(fails_with(ErrorKind::unavailable, reply)) << garbage;
    EXPECT_NE(reply.error().message.find("mine"), std::string::npos);
    EXPECT_EQ(heard, "");
  }
}

TEST_F(EndpointFaults, AWebPageInsteadOfAnAnswerPointsToTheAddress) {
  serve([](const Exchange& exchange) {
    exchange.send("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\nConnection: close\r\n\r\n<html>");
  });
  const auto reply = ask();
  ASSERT_TRUE(fails_with(ErrorKind::unavailable, reply));
  EXPECT_NE(reply.error().message.find("base_url"), std::string::npos) << reply.error().message;
}

TEST_F(EndpointFaults, ALineWithoutEndIsRefused) {
  serve([](const Exchange& exchange) {
    exchange.begin_stream();
    exchange.send("data: ");
    for (int i = 0; i < 40; ++i) exchange.send(std::string(64 << 10, 'x'));
    exchange.wait_for_client_to_go();
  });
  EXPECT_TRUE(fails_with(ErrorKind::unavailable, ask()));
}

TEST_F(EndpointFaults, AnErrorWithinTheStreamIsPassedOnInItsOwnWords) {
  serve([](const Exchange& exchange) {
    exchange.begin_stream();
    exchange.text("half");
    exchange.event(R"({"error":{"message":"the engine for sk-first-secret crashed","code":500}})");
  });
  const auto reply = ask();
  ASSERT_TRUE(fails_with(ErrorKind::unavailable, reply));
  EXPECT_NE(reply.error().message.find("crashed"), std::string::npos) << reply.error().message;
  EXPECT_EQ(heard, "half");
  EXPECT_EQ(server->requests(), 1);
}

TEST_F(EndpointFaults, ABusyEndpointIsAskedAgainAndThenGivenUp) {
  serve([](const Exchange& exchange) { exchange.reply(503, R"({"error":{"message":"loading model"}})"); });
  const auto reply = ask();
  ASSERT_TRUE(fails_with(ErrorKind::unavailable, reply));
  EXPECT_NE(reply.error().message.find("loading model"), std::string::npos);
  EXPECT_EQ(server->requests(), 3);
}

TEST_F(EndpointFaults, AStormOfRefusalsEndsWithTheTimeToWait) {
  serve([](const Exchange& exchange) { exchange.reply(429, "{}", "Retry-After: 600\r\n"); });
  for (int i = 0; i < 20; ++i) {
    const auto reply = ask();
    ASSERT_TRUE(fails_with(ErrorKind::limited, reply));
    EXPECT_EQ(reply.error().retry_after, std::chrono::seconds(600));
  }
  EXPECT_EQ(server->requests(), 1);  // The key rests: the endpoint is left in peace.
  clock.advance(std::chrono::seconds(601));
  EXPECT_FALSE(ask());
  EXPECT_EQ(server->requests(), 2);
}

TEST_F(EndpointFaults, RetryAfterMayBeADate) {
  std::time_t when = std::time(nullptr) + 3600;
  char date[64];
  std::strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S GMT", std::gmtime(&when));
  serve([&](const Exchange& exchange) { exchange.reply(429, "{}", fmt::format("Retry-After: {}\r\n", date)); });
  const auto reply = ask();
  ASSERT_TRUE(fails_with(ErrorKind::limited, reply));
  ASSERT_TRUE(reply.error().retry_after);
  EXPECT_GT(*reply.error().retry_after, std::chrono::seconds(3000));
  EXPECT_LE(*reply.error().retry_after, std::chrono::seconds(3600));
}

TEST_F(EndpointFaults, AShortWaitThatTheEndpointAsksForIsWaited) {
  serve([](const Exchange& exchange) {
    if (exchange.number() == 1) return exchange.reply(503, "{}", "Retry-After: 0\r\n");
    answer(exchange);
  });
  EXPECT_EQ(must(ask()).text, "fine");
}

TEST_F(EndpointFaults, AKeyWithoutQuotaRestsWhileTheNextIsUsed) {
  serve([](const Exchange& exchange) {
    if (exchange.has_key("sk-first-secret")) return exchange.reply(429, "{}", "Retry-After: 60\r\n");
    answer(exchange);
  });
  options.api_keys = {"sk-first-secret", "sk-second-secret"};
  for (int i = 0; i < 5; ++i) EXPECT_EQ(must(ask()).text, "fine");
  EXPECT_EQ(server->requests(), 6);
}

TEST_F(EndpointFaults, KeysThatWorkTakeTurns) {
  std::atomic<int> first = 0;
  serve([&](const Exchange& exchange) {
    first += exchange.has_key("sk-first-secret");
    answer(exchange);
  });
  options.api_keys = {"sk-first-secret", "sk-second-secret"};
  for (int i = 0; i < 6; ++i) must(ask());
  EXPECT_EQ(first, 3);
}

TEST_F(EndpointFaults, AWrongKeyIsReplacedByTheNextAndNamedByItsSettingWhenThereIsNone) {
  serve([](const Exchange& exchange) {
    if (exchange.has_key("sk-good-secret")) return answer(exchange);
    exchange.reply(401, R"({"error":{"message":"Incorrect API key provided: sk-first-secret"}})");
  });
  options.api_keys = {"sk-first-secret", "sk-good-secret"};
  EXPECT_EQ(must(ask()).text, "fine");
  model.reset();
  options.api_keys = {"sk-first-secret", "sk-other-secret"};
  const int before = server->requests();
  for (int i = 0; i < 3; ++i) {
    const auto reply = ask();
    ASSERT_TRUE(fails_with(ErrorKind::unavailable, reply));
    EXPECT_NE(reply.error().message.find("generators.mine.api_key"), std::string::npos) << reply.error().message;
  }
  EXPECT_EQ(server->requests(), before + 2);
}

TEST_F(EndpointFaults, ARequestThatIsRefusedIsInvalidAndNotRepeated) {
  serve([](const Exchange& exchange) { exchange.reply(400, R"({"error":{"message":"too long"}})"); });
  EXPECT_TRUE(fails_with(ErrorKind::invalid, ask()));
  EXPECT_EQ(server->requests(), 1);
}

TEST_F(EndpointFaults, AModelThatIsNotThereIsSaidSo) {
  serve([](const Exchange& exchange) { exchange.reply(404, R"({"error":{"message":"model 'm' not found"}})"); });
  const auto reply = ask();
  ASSERT_TRUE(fails_with(ErrorKind::unavailable, reply));
  EXPECT_NE(reply.error().message.find("not found"), std::string::npos);
  EXPECT_EQ(server->requests(), 1);
}

TEST_F(EndpointFaults, ARefusalThatIsNestedDeeplyIsReadNoFurther) {
  serve([](const Exchange& exchange) { exchange.reply(400, std::string(60'000, '[') + std::string(60'000, ']')); });
  EXPECT_TRUE(fails_with(ErrorKind::invalid, ask()));
}

TEST_F(EndpointFaults, ARedirectIsNotFollowed) {
  serve([](const Exchange& exchange) { exchange.reply(302, "", "Location: http://169.254.169.254/latest\r\n"); });
  EXPECT_TRUE(fails_with(ErrorKind::unavailable, ask()));
  EXPECT_EQ(server->requests(), 1);
}

TEST_F(EndpointFaults, PrivateAddressesNeedTheOwnersConsent) {
  serve([](const Exchange& exchange) { answer(exchange); });
  options.allow_private = false;
  const auto reply = ask();
  ASSERT_TRUE(fails_with(ErrorKind::invalid, reply));
  EXPECT_NE(reply.error().message.find("generators.mine.allow_private"), std::string::npos) << reply.error().message;
  EXPECT_EQ(server->requests(), 0);
}

TEST_F(EndpointFaults, NobodyListeningIsUnavailable) {
  serve([](const Exchange& exchange) { answer(exchange); });
  server.reset();
  EXPECT_TRUE(fails_with(ErrorKind::unavailable, ask()));
}

TEST_F(EndpointFaults, CancellingEndsTheWorkAtTheEndpoint) {
  std::atomic<int> gone = 0;
  serve([&](const Exchange& exchange) {
    exchange.begin_stream();
    exchange.text("some");
    exchange.wait_for_client_to_go();
    ++gone;
  });
  on_piece = [&] { cancel.cancel(); };
  EXPECT_TRUE(fails_with(ErrorKind::cancelled, ask()));
  model.reset();
  while (gone == 0) std::this_thread::yield();
}

TEST_F(EndpointFaults, CancellingEndsTheWaitForTheFirstByteAndForAnotherAttempt) {
  serve([&](const Exchange& exchange) {
    cancel.cancel();
    if (exchange.number() == 1) return exchange.wait_for_client_to_go();
    exchange.reply(503, "{}", "Retry-After: 4\r\n");
  });
  EXPECT_TRUE(fails_with(ErrorKind::cancelled, ask()));
  cancel = CancelToken();
  EXPECT_TRUE(fails_with(ErrorKind::cancelled, ask()));
  EXPECT_EQ(server->requests(), 2);
}

TEST_F(EndpointFaults, ARequestBeyondWhatIsAllowedAtATimeWaitsForItsTurn) {
  std::atomic<int> inside = 0, most = 0;
  std::latch all_ask(4);
  serve([&](const Exchange& exchange) {
    most = std::max<int>(most, ++inside);
    all_ask.wait();
    --inside;  // before the reply has been read, which lets the next one in
    answer(exchange);
  });
  options.max_concurrent = 1;
  model = must(open_openai_language_model(options, clock));
  {
    std::vector<std::jthread> callers;
    for (int i = 0; i < 4; ++i)
      callers.emplace_back([&] {
        ChatRequest request;
        request.messages = {{ChatMessage::Role::user, "hello"}};
        all_ask.count_down();
        EXPECT_TRUE(model->chat(request, {}));
      });
  }
  EXPECT_EQ(server->requests(), 4);
  EXPECT_EQ(most, 1);
}

TEST_F(EndpointFaults, SaysWhetherThereIsRoomForAnotherRequest) {
  serve([](const Exchange& exchange) { answer(exchange); });
  options.max_concurrent = 1;
  bool within = true;
  on_piece = [&] { within = model->has_room(); };
  must(ask());
  EXPECT_FALSE(within);
  EXPECT_TRUE(model->has_room());
}

}  // namespace
}  // namespace cairn
