#include <gtest/gtest.h>

#include "adapters/model_pool/model_pool.h"
#include "adapters/openai/openai_language_model.h"
#include "adapters_openai/chat_server.h"
#include "contract/expect_result.h"
#include "contract/manual_clock.h"
#include "contract/scripted_language_model.h"

// What a pool makes of each way in which an endpoint can fail: another model answers, nothing is said twice, and no key
// appears anywhere.
namespace cairn {
namespace {

using std::chrono::milliseconds;
using testing::Exchange;
using testing::fails_with;
using testing::must;
using testing::ScriptedLanguageModel;

struct Fault {
  const char* name;
  testing::ChatServer::Respond respond;
  const char* heard = "";  ///< What the endpoint says before it fails: then nobody else may answer.
};

void PrintTo(const Fault& fault, std::ostream* out) { *out << fault.name; }

class EndpointFallBack : public ::testing::TestWithParam<Fault> {
 protected:
  testing::ManualClock clock;
};

TEST_P(EndpointFallBack, AnotherModelAnswersUnlessTheEndpointHasBegun) {
  const testing::ChatServer server(GetParam().respond);
  OpenAiLanguageModelOptions options;
  options.name = "endpoint";
  options.base_url = server.url();
  options.model = "m";
  options.allow_private = true;
  options.api_keys = {"sk-first-secret", "sk-second-secret"};
  options.first_pause = milliseconds(1);
  options.idle_timeout = milliseconds(100);
  // One that is to be heard first has all the time that it needs.
  if (std::string_view(GetParam().heard).empty()) options.first_byte_timeout = milliseconds(100);
  const auto endpoint = must(open_openai_language_model(std::move(options), clock));
  ScriptedLanguageModel other = ScriptedLanguageModel::saying("Another one says so.", "other");
  std::string told;
  const auto pool =
      must(make_model_pool({.name = "pool",
                            .members = {{endpoint.get(), 1}},
                            .fall_back = {&other},
                            .random = [] { return 0.0; },
                            .on_failure = [&](const LanguageModel&, const Error& error) { told += error.message; }},
                           clock));
  ChatRequest request;
  request.messages = {{ChatMessage::Role::user, "hello"}};
  std::string heard;
  const auto reply = pool->chat(request, [&](std::string_view piece) { heard += piece; });
  const std::string begun = GetParam().heard;
  if (begun.empty()) {
    EXPECT_EQ(must(reply).model, "other");
    EXPECT_EQ(heard, "Another one says so.");
    EXPECT_NE(told, "");
  } else {
    ASSERT_TRUE(fails_with(ErrorKind::unavailable, reply));
    EXPECT_EQ(heard, begun);
    EXPECT_TRUE(other.requests().empty());
    told += reply.error().message;
  }
  EXPECT_EQ(told.find("secret"), std::string::npos) << told;
}

const Fault faults[] = {
    {"hangs", [](const Exchange& exchange) { exchange.wait_for_client_to_go(); }},
    {"has_a_slow_first_byte",
     [](const Exchange& exchange) {
       exchange.begin_stream();
       exchange.wait_for_client_to_go();
     }},
    {"hangs_in_the_middle",
     [](const Exchange& exchange) {
       exchange.begin_stream();
       exchange.text("half");
       exchange.wait_for_client_to_go();
     },
     "half"},
    {"cuts_the_stream_before_a_word", [](const Exchange& exchange) { exchange.begin_stream(); }},
    {"cuts_the_stream_after_a_word",
     [](const Exchange& exchange) {
       exchange.begin_stream();
       exchange.text("half");
     },
     "half"},
    {"sends_garbage",
     [](const Exchange& exchange) {
       exchange.begin_stream();
       exchange.send("data: {\"choices\": [}\n\n");
     }},
    {"sends_garbage_after_a_word",
     [](const Exchange& exchange) {
       exchange.begin_stream();
       exchange.text("half");
       exchange.send("data: \xFF\n\n");
     },
     "half"},
    {"is_out_of_quota", [](const Exchange& exchange) { exchange.reply(429, "{}", "Retry-After: 600\r\n"); }},
    {"is_down", [](const Exchange& exchange) { exchange.reply(503, "{}"); }},
    {"refuses_the_key",
     [](const Exchange& exchange) {
       exchange.reply(401, R"({"error":{"message":"wrong key sk-first-secret or sk-second-secret"}})");
     }},
    {"withholds_its_answer",
     [](const Exchange& exchange) {
       exchange.begin_stream();
       exchange.event(R"({"choices":[{"delta":{},"finish_reason":"content_filter"}]})");
     }},
};

INSTANTIATE_TEST_SUITE_P(Faults, EndpointFallBack, ::testing::ValuesIn(faults),
                         [](const auto& fault) { return std::string(fault.param.name); });

}  // namespace
}  // namespace cairn
