#include <array>
#include <thread>

#include "api/api_client.h"
#include "api/endless_generator.h"
#include "api/routes/chat_completions.h"
#include "api/routes/chat_reply.h"
#include "api/routes/embeddings.h"
#include "api/routes/mcp.h"
#include "api/routes/models.h"

namespace cairn {
namespace {

using testing::ApiClient;
using testing::ApiTest;
using testing::SeenReply;

/// The routes that other people's clients talk to, with generators that misbehave beside the usual one.
class ClientRoutesTest : public ApiTest {
 protected:
  ClientRoutesTest() {
    add({{{"external_id", "leave.md"}, {"text", "Employees have 25 days of annual leave."}},
         {{"external_id", "休假"}, {"text", "員工每年有二十五天特別休假。"}}});
    routes::add_models(own_table, own_services);
    routes::add_chat_completions(own_table, own_services);
    routes::add_embeddings(own_table, own_services);
    routes::add_mcp(own_table, own_services, {});
    own_application = std::make_unique<routes::Application>(own_table, gate, routes::ApplicationOptions{});
    own_client = std::make_unique<ApiClient>(*own_application);
  }

  static nlohmann::json asking(const std::string& model, bool stream) {
    return {{"model", model},
            {"stream", stream},
            {"messages", {{{"role", "user"}, {"content", "How many days of annual leave do employees have?"}}}}};
  }

  static std::string rpc(const std::string& method, const nlohmann::json& params, const nlohmann::json& id) {
    nlohmann::json message{{"jsonrpc", "2.0"}, {"method", method}, {"params", params}};
    if (!id.is_null()) message["id"] = id;
    return message.dump();
  }

  void leave_after_first_event() {
    own_client->on_event = [this](const http::Event&) { own_client->leaves_at_once = true; };
  }

  /// A call of `ask` that never ends by itself.
  static std::string endless_call() {
    return rpc("tools/call",
               {{"name", "ask"},
                {"arguments", {{"question", "How many days of annual leave?"}, {"generator", "endless"}}},
                {"_meta", {{"progressToken", 1}}}},
               7);
  }

  std::string new_session() {
    const SeenReply reply = own_client->send("POST", "/mcp", rpc("initialize", {{"protocolVersion", "2025-06-18"}}, 1));
    EXPECT_EQ(reply.status, 200) << reply.body;
    return reply.header("Mcp-Session-Id");
  }

  testing::EndlessGenerator endless;
  testing::FailingGenerator failing{
      {.kind = ErrorKind::limited, .message = "out of quota", .retry_after = std::chrono::seconds(9)}};
  testing::ListeningGenerator listening;
  testing::CutGenerator cut;
  AnswerQuestion own_answers{
      searcher, store.embedders, {&generator, &endless, &failing, &listening, &cut}, store.clock};
  routes::Services own_services{*store.catalog,
                                *store.blobs,
                                store.embedders,
                                store.clock,
                                searcher,
                                own_answers,
                                hub,
                                {"extractive", "endless", "failing", "listening", "cut"},
                                "1.2.3"};
  routes::RouteTable own_table;
  std::unique_ptr<routes::Application> own_application;
  std::unique_ptr<ApiClient> own_client;
};

TEST_F(ClientRoutesTest, a_chat_client_that_leaves_stops_the_generator) {
  leave_after_first_event();
  const SeenReply reply = own_client->post("/v1/chat/completions", asking("endless", true));
  EXPECT_EQ(reply.events.size(), 1u);
  EXPECT_TRUE(endless.was_cancelled);
}

TEST_F(ClientRoutesTest, a_failing_generator_answers_with_a_status_and_when_to_come_back) {
  const SeenReply reply = own_client->post("/v1/chat/completions", asking("failing", false));
  EXPECT_EQ(reply.status, 429);
  EXPECT_EQ(reply.header("Retry-After"), "9");
  EXPECT_EQ(reply.json()["error"]["message"], "out of quota");
}

TEST_F(ClientRoutesTest, a_stream_that_fails_in_the_middle_ends_with_the_error) {
  const SeenReply reply = own_client->post("/v1/chat/completions", asking("failing", true));
  ASSERT_GE(reply.events.size(), 2u);
  EXPECT_EQ(reply.events.back().data, "[DONE]");
  const nlohmann::json last = nlohmann::json::parse(reply.events[reply.events.size() - 2].data);
  EXPECT_EQ(last["error"]["code"], "rate_limit_exceeded");
}

TEST_F(ClientRoutesTest, a_streamed_answer_says_what_went_wrong) {
  routes::RouteTable one_route;
  routes::add_answers(one_route, own_services);
  routes::Application alone(one_route, gate, {});
  const SeenReply reply = ApiClient(alone).post(
      "/v1/answers", {{"question", "How many days of annual leave?"}, {"generator", "failing"}, {"stream", true}});
  ASSERT_GE(reply.events.size(), 2u) << reply.body;
  const http::Event& problem = reply.events[reply.events.size() - 2];
  EXPECT_EQ(problem.name, "problem");
  EXPECT_EQ(nlohmann::json::parse(problem.data)["status"], 429);
  EXPECT_EQ(reply.events.back().data, "[DONE]");
}

TEST_F(ClientRoutesTest, why_a_reply_ended_is_told_at_once_and_in_a_stream) {
  const std::pair<ReplyEnd, const char*> ends[] = {
      {ReplyEnd::stop, "stop"}, {ReplyEnd::length, "length"}, {ReplyEnd::content_filter, "content_filter"}};
  for (const auto& [end, name] : ends) {
    cut.end = end;
    const nlohmann::json whole = own_client->post("/v1/chat/completions", asking("cut", false)).json();
    EXPECT_EQ(whole["choices"][0]["finish_reason"], name);
    const SeenReply streamed = own_client->post("/v1/chat/completions", asking("cut", true));
    std::vector<std::string> reasons;
    for (const http::Event& event : streamed.events) {
      const auto chunk = nlohmann::json::parse(event.data, nullptr, false);
      if (chunk.is_object() && chunk["choices"][0]["finish_reason"].is_string())
        reasons.push_back(chunk["choices"][0]["finish_reason"]);
    }
    EXPECT_EQ(reasons, std::vector<std::string>{name});
  }
}

TEST_F(ClientRoutesTest, what_a_language_model_can_follow_reaches_it_and_another_form_of_reply_is_refused) {
  nlohmann::json body = asking("cut", false);
  body.update({{"max_tokens", 9}, {"max_completion_tokens", 7}, {"temperature", 0.5}, {"seed", 3}, {"stop", "END"}});
  body["response_format"] = {{"type", "text"}};
  EXPECT_EQ(own_client->post("/v1/chat/completions", body).status, 200);
  EXPECT_EQ(cut.wishes.max_tokens, 7u);
  EXPECT_EQ(cut.wishes.temperature, 0.5);
  EXPECT_EQ(cut.wishes.seed, 3u);
  EXPECT_EQ(cut.wishes.stop, std::vector<std::string>{"END"});
  const std::pair<const char*, nlohmann::json> refused[] = {{"n", 2},
                                                            {"response_format", {{"type", "json_object"}}},
                                                            {"stop", {"a", "b", "c", "d", "e"}},
                                                            {"stop", ""},
                                                            {"seed", -1}};
  for (const auto& [field, value] : refused) {
    body = asking("cut", false);
    body[field] = value;
    const SeenReply reply = own_client->post("/v1/chat/completions", body);
    EXPECT_EQ(reply.status, 400) << field;
    EXPECT_EQ(reply.json()["error"]["param"], field) << reply.body;
  }
}

TEST_F(ClientRoutesTest, what_was_said_before_the_last_question_is_its_conversation) {
  nlohmann::json body = asking("listening", false);
  body["messages"] = {{{"role", "system"}, {"content", "Be brief."}},
                      {{"role", "user"}, {"content", {{{"type", "text"}, {"text", "Do employees have leave?"}}}}},
                      {{"role", "assistant"}, {"content", nullptr}, {"tool_calls", nlohmann::json::array()}},
                      {{"role", "tool"}, {"content", "sunny"}},
                      {{"role", "assistant"}, {"content", "Yes, every year."}},
                      {{"role", "user"}, {"content", "How many days is it?"}},
                      {{"role", "assistant"}, {"content", "I would say"}}};
  EXPECT_EQ(own_client->post("/v1/chat/completions", body).status, 200);
  EXPECT_EQ(listening.heard, (std::vector<std::string>{"user: Do employees have leave?", "assistant: Yes, every year.",
                                                       "user: How many days is it?"}));
}

TEST_F(ClientRoutesTest, annotations_count_code_points) {
  Answer answer;
  answer.sentences.push_back({"員工每年有二十五天特別休假。", {1}, true, {}});
  answer.citations.push_back({});
  answer.citations.back().n = 1;
  answer.citations.back().document = DocumentId("d");
  answer.citations.back().page = 3;
  const auto made = routes::annotations_of(own_services, answer, "是的。員工每年有二十五天特別休假。", "http://here");
  ASSERT_EQ(made.size(), 1u);
  EXPECT_EQ(made[0].start, 3u);
  EXPECT_EQ(made[0].end, 17u);
  EXPECT_EQ(made[0].url, "http://here/v1/documents/d/file#page=3");
}

TEST_F(ClientRoutesTest, vectors_in_base64_are_padded_as_every_decoder_expects) {
  EXPECT_EQ(routes::to_base64(std::array{1.0f}), "AACAPw==");
  EXPECT_EQ(routes::to_base64(std::array{1.0f, -2.5f}), "AACAPwAAIMA=");
  EXPECT_EQ(routes::to_base64(std::array{1.0f, -2.5f, 0.5f}), "AACAPwAAIMAAAAA/");
  EXPECT_EQ(routes::to_base64(std::array<float, 0>{}), "");
}

TEST_F(ClientRoutesTest, an_mcp_call_is_stopped_by_a_notification_in_its_session_only) {
  const std::string session = new_session(), other = new_session();
  const auto begun = endless.has_begun();
  std::jthread canceller([&] {
    begun.wait();
    ApiClient second(*own_application);
    for (const std::string& from : {other, session})
      EXPECT_EQ(second
                    .send("POST", "/mcp", rpc("notifications/cancelled", {{"requestId", 7}}, nullptr),
                          {{"Mcp-Session-Id", from}})
                    .status,
                202);
  });
  const SeenReply reply = own_client->send("POST", "/mcp", endless_call(), {{"Mcp-Session-Id", session}});
  EXPECT_EQ(reply.json()["error"]["code"], 499);
  EXPECT_TRUE(endless.was_cancelled);
}

TEST_F(ClientRoutesTest, each_call_of_a_batch_counts_as_a_request_of_its_own) {
  int left = 1;  // The batch itself was let in.
  own_services.admit = [&](const Principal&) -> Result<void> {
    if (left-- > 0) return {};
    return fail(ErrorKind::limited, "not so fast");
  };
  nlohmann::json batch = nlohmann::json::array();
  for (int id = 1; id <= 3; ++id)
    batch.push_back(nlohmann::json::parse(rpc("tools/call", {{"name", "list_collections"}}, id)));
  const nlohmann::json replies = own_client->send("POST", "/mcp", batch.dump()).json();
  ASSERT_EQ(replies.size(), 3u) << replies;
  EXPECT_TRUE(replies[0].contains("result") && replies[1].contains("result")) << replies;
  EXPECT_EQ(replies[2]["error"]["code"], 429);
  EXPECT_EQ(replies[2]["error"]["message"], "not so fast");
}

TEST_F(ClientRoutesTest, ending_an_mcp_session_stops_its_calls) {
  const std::string session = new_session();
  const auto begun = endless.has_begun();
  std::jthread ender([&] {
    begun.wait();
    EXPECT_EQ(ApiClient(*own_application).send("DELETE", "/mcp", {}, {{"Mcp-Session-Id", session}}).status, 204);
  });
  EXPECT_EQ(own_client->send("POST", "/mcp", endless_call(), {{"Mcp-Session-Id", session}}).json()["error"]["code"],
            499);
}

TEST_F(ClientRoutesTest, an_mcp_client_that_leaves_its_stream_stops_the_call) {
  leave_after_first_event();
  own_client->send("POST", "/mcp", endless_call(), {{"Accept", "application/json, text/event-stream"}});
  EXPECT_TRUE(endless.was_cancelled);
}

TEST_F(ClientRoutesTest, pieces_of_an_answer_come_as_progress_where_the_client_asks_for_it) {
  nlohmann::json params{{"name", "ask"},
                        {"arguments", {{"question", "How many days of annual leave do employees have?"}}}};
  params["_meta"]["progressToken"] = "t";
  const SeenReply reply = own_client->send("POST", "/mcp", rpc("tools/call", params, "q"),
                                           {{"Accept", "application/json, text/event-stream"}});
  const nlohmann::json last = nlohmann::json::parse(reply.events.back().data);
  const std::string answer = last["result"]["structuredContent"]["answer"];
  std::string told;
  for (const http::Event& event : reply.events)
    if (const auto message = nlohmann::json::parse(event.data); message.contains("method")) {
      EXPECT_EQ(message["params"]["progressToken"], "t");
      told += message["params"]["message"].get<std::string>();
    }
  EXPECT_EQ(told, answer);
}

}  // namespace
}  // namespace cairn
