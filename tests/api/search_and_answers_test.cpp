#include "api/api_client.h"
#include "api/routes/answers.h"

namespace cairn {
namespace {

using testing::ApiTest;
using testing::SeenReply;

class SearchRouteTest : public ApiTest {
 protected:
  SearchRouteTest() {
    add({{{"external_id", "leave.md"},
          {"text", "Employees have 25 days of annual leave."},
          {"metadata", {{"year", 2024}}}},
         {{"external_id", "pump.md"},
          {"text", "The pump must be serviced every 400 hours."},
          {"metadata", {{"year", 2020}}}}});
  }

  std::string refusal(const nlohmann::json& body) {
    const SeenReply reply = client->post("/v1/search", body);
    EXPECT_EQ(reply.status, 400) << reply.body;
    return reply.detail();
  }
};

TEST_F(SearchRouteTest, finds_what_the_use_case_finds) {
  const nlohmann::json found =
      client->post("/v1/search", {{"query", "annual leave"}, {"mode", "lexical"}, {"limit", 1}, {"explain", true}})
          .json();
  ASSERT_EQ(found["hits"].size(), 1u);
  EXPECT_EQ(found["hits"][0]["external_id"], "leave.md");
  EXPECT_TRUE(found["hits"][0].contains("explanation"));
  EXPECT_TRUE(found["manifests"].contains("papers"));
  EXPECT_EQ(found["complete"], true);
}

TEST_F(SearchRouteTest, filters_by_metadata) {
  const auto filtered = [&](const nlohmann::json& filter) {
    return client->post("/v1/search", {{"query", "the"}, {"filter", filter}}).json()["hits"].size();
  };
  EXPECT_EQ(filtered({{"year", {{"gte", 2021}, {"lt", 2025}}}}), 1u);
  EXPECT_EQ(filtered({{"or", {{{"year", 2020}}, {{"year", {{"in", {2024}}}}}}}}), 2u);
}

TEST_F(SearchRouteTest, what_is_wrong_is_named_by_its_path) {
  EXPECT_EQ(refusal({{"limit", 1}}), "`query` is missing");
  EXPECT_EQ(refusal({{"query", " \n"}}), "`query` must be more than blanks: say what you want to know");
  EXPECT_EQ(refusal({{"query", "x"}, {"mode", "psychic"}}), "`mode` must be one of \"hybrid\", \"dense\", \"lexical\"");
  EXPECT_EQ(refusal({{"query", "x"}, {"limit", "ten"}}), "`limit` must be a whole number from 1 to 1000");
  EXPECT_EQ(refusal({{"query", "x"}, {"collections", {"a", ""}}}), "`collections[1]` must not be empty");
  EXPECT_NE(refusal({{"query", "x"}, {"rerank", true}}).find("`rerank` must be false"), std::string::npos);
  EXPECT_NE(refusal({{"query", "x"}, {"colour", 1}}).find("`colour` is unknown"), std::string::npos);
}

TEST_F(SearchRouteTest, bad_filters_are_named_by_their_path) {
  EXPECT_EQ(refusal({{"query", "x"}, {"filter", {{"year", {{"gte", true}}}}}}),
            "`filter.year.gte` must be a number or a string");
  EXPECT_EQ(refusal({{"query", "x"}, {"filter", {{"or", {{{"a", 1}}, {{"b", nullptr}}}}}}}),
            "`filter.or[1].b` must be a string, a number, true or false");
  EXPECT_NE(refusal({{"query", "x"}, {"filter", {{"year", {{"near", 1}}}}}}).find("`filter.year.near` is unknown"),
            std::string::npos);
}

TEST_F(SearchRouteTest, an_unknown_collection_is_not_found) {
  EXPECT_EQ(client->post("/v1/search", {{"query", "x"}, {"collections", {"nowhere"}}}).status, 404);
}

TEST_F(SearchRouteTest, answers_with_quotes_or_abstains) {
  const nlohmann::json answer =
      client->post("/v1/answers", {{"question", "How many days of annual leave do employees have?"}}).json();
  EXPECT_EQ(answer["generator"], "extractive");
  EXPECT_EQ(answer["cached"], "no");
  for (const auto& citation : answer["citations"])
    EXPECT_EQ(citation["quote"], "Employees have 25 days of annual leave.");
  EXPECT_EQ(client->post("/v1/answers", {{"question", "x"}, {"generator", "oracle"}}).status, 400);
  EXPECT_EQ(client->post("/v1/answers", {{"question", ""}}).status, 400);
}

TEST_F(SearchRouteTest, a_streamed_answer_ends_as_the_contract_says) {
  const SeenReply reply =
      client->post("/v1/answers", {{"question", "How many days of annual leave do employees have?"}, {"stream", true}});
  EXPECT_EQ(reply.content_type, "text/event-stream");
  ASSERT_GE(reply.events.size(), 3u);
  EXPECT_EQ(reply.events.front().name, "citations");
  const http::Event& answer = reply.events[reply.events.size() - 2];
  EXPECT_EQ(answer.name, "answer");
  EXPECT_EQ(reply.events.back().data, "[DONE]");
  const nlohmann::json citations = nlohmann::json::parse(reply.events.front().data)["citations"];
  std::string told;
  for (const http::Event& event : reply.events)
    if (event.name == "token") told += nlohmann::json::parse(event.data)["text"].get<std::string>();
  const nlohmann::json whole = nlohmann::json::parse(answer.data);
  EXPECT_EQ(whole["answer"], told);
  for (const auto& citation : whole["citations"]) EXPECT_EQ(citation, citations[citation["n"].get<std::size_t>() - 1]);
}

TEST_F(SearchRouteTest, a_question_about_an_unknown_collection_is_refused_before_a_stream_begins) {
  for (const bool stream : {false, true})
    EXPECT_EQ(client->post("/v1/answers", {{"question", "x"}, {"collections", {"nowhere"}}, {"stream", stream}}).status,
              404);
}

TEST_F(SearchRouteTest, nothing_is_generated_for_a_client_that_has_gone) {
  client->leaves_at_once = true;
  const SeenReply reply =
      client->post("/v1/answers", {{"question", "How many days of annual leave?"}, {"stream", true}});
  EXPECT_TRUE(reply.events.empty());
}

TEST_F(SearchRouteTest, health_is_told_and_readiness_means_it) {
  EXPECT_EQ(client->get("/healthz").status, 200);
  EXPECT_EQ(client->get("/readyz").json()["ready"], true);
  EXPECT_EQ(client->get("/metrics").body, "up 1\n");
  routes::RouteTable broken;
  routes::add_health(broken, {{"disk", []() -> Result<void> { return fail(ErrorKind::unavailable, "full"); }}});
  routes::Application sick(broken, gate, {});
  const SeenReply reply = testing::ApiClient(sick).get("/readyz");
  EXPECT_EQ(reply.status, 503);
  EXPECT_EQ(reply.json()["checks"][0]["detail"], "full");
}

TEST_F(SearchRouteTest, the_nodes_of_a_cluster_are_told_with_their_states) {
  for (const NodeState state : {NodeState::ready, NodeState::suspect, NodeState::gone}) {
    Node node{.report = {.id = NodeId("node-" + std::to_string(nodes.size() + 1)), .version = "1.2.3"}, .state = state};
    if (state == NodeState::ready) node.report.address = "http://10.0.0.1:8080";
    if (state == NodeState::ready) node.report.load.cpu_percent = 12.5;
    nodes.push_back(std::move(node));
  }
  const auto cluster = client->get("/v1/cluster").json();
  EXPECT_EQ(cluster["mode"], "cluster");
  EXPECT_EQ(cluster["nodes"], 2);
  EXPECT_EQ(cluster["ready"], 1);
  EXPECT_EQ(cluster["node"], "node-1");
  const auto items = client->get("/v1/cluster/nodes").json()["items"];
  ASSERT_EQ(items.size(), 3u);
  EXPECT_EQ(items[0]["id"], "node-1");
  EXPECT_EQ(items[0]["address"], "http://10.0.0.1:8080");
  EXPECT_EQ(items[0]["cpu_percent"], 12.5);
  EXPECT_EQ(items[1]["state"], "suspect");
  EXPECT_EQ(items[1]["address"], nullptr);
  EXPECT_EQ(items[2]["state"], "gone");
  EXPECT_EQ(client->get("/v1/autoscaling").json()["enabled"], false);
  EXPECT_EQ(client->get("/v1/autoscaling").json()["nodes"], 2);
  EXPECT_EQ(client->send("POST", "/v1/autoscaling/scale-up").status, 409);
  EXPECT_EQ(client->send("POST", "/v1/autoscaling/scale-down").status, 409);
}

}  // namespace
}  // namespace cairn
