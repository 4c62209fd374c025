#include "api/routes/autoscaling.h"

#include "api/api_client.h"
#include "contract/in_memory_scaling_store.h"
#include "contract/manual_clock.h"

namespace cairn {
namespace {

using testing::must;
using testing::SeenReply;

class AutoscalingRouteTest : public ::testing::Test {
 protected:
  AutoscalingRouteTest() {
    for (const NodeState state : {NodeState::ready, NodeState::joining, NodeState::draining, NodeState::gone}) {
      Node node;
      node.state = state;
      nodes.push_back(node);
    }
    routes::add_autoscaling(
        table, {.shared = true, .look = [this] { return Result<std::vector<Node>>(nodes); }, .store = &scaling});
    application = std::make_unique<routes::Application>(table, gate, routes::ApplicationOptions{});
    client = std::make_unique<testing::ApiClient>(*application);
  }

  void decide() {
    const auto term = must(scaling.lead(
        {.node = NodeId("node-1"), .lease = std::chrono::hours(1), .minimum = 1, .maximum = 3, .provider = "process"}));
    ScalingDecision decision{.at = clock.now(), .cause = ScalingCause::queue, .before = 1, .wanted = 2};
    decision.figure = 12.5;
    decision.limit = 5;
    decision.reason = "tasks wait";
    must(scaling.record(
        {.node = NodeId("node-1"), .term = *term, .wanted = {.count = 2}, .now = decision, .decisions = {decision}}));
  }

  testing::ManualClock clock;
  testing::InMemoryScalingStore scaling{clock};
  std::vector<Node> nodes;
  testing::ScriptedGate gate;
  routes::RouteTable table;
  std::unique_ptr<routes::Application> application;
  std::unique_ptr<testing::ApiClient> client;
};

TEST_F(AutoscalingRouteTest, says_that_nobody_decides) {
  const auto now = client->get("/v1/autoscaling").json();
  EXPECT_EQ(now["enabled"], false);
  EXPECT_EQ(now["nodes"], 2);
  EXPECT_EQ(now["wanted"], 2);
  EXPECT_EQ(now["minimum"], nullptr);
  EXPECT_EQ(now["provider"], nullptr);
  EXPECT_EQ(now["leader"], nullptr);
  EXPECT_EQ(now["cause"], "steady");
  EXPECT_TRUE(now["decisions"].empty());
  EXPECT_EQ(client->send("POST", "/v1/autoscaling/scale-up").status, 409);
}

TEST_F(AutoscalingRouteTest, tells_what_is_wanted_and_why) {
  decide();
  const auto now = client->get("/v1/autoscaling").json();
  EXPECT_EQ(now["enabled"], true);
  EXPECT_EQ(now["nodes"], 2);
  EXPECT_EQ(now["wanted"], 2);
  EXPECT_EQ(now["minimum"], 1);
  EXPECT_EQ(now["maximum"], 3);
  EXPECT_EQ(now["provider"], "process");
  EXPECT_EQ(now["leader"], "node-1");
  EXPECT_EQ(now["cause"], "queue");
  EXPECT_EQ(now["reason"], "tasks wait");
  ASSERT_EQ(now["decisions"].size(), 1u);
  const auto& decision = now["decisions"][0];
  EXPECT_EQ(decision["at"], to_rfc3339(clock.now()));
  EXPECT_EQ(decision["nodes_before"], 1);
  EXPECT_EQ(decision["nodes"], 2);
  EXPECT_EQ(decision["figure"], 12.5);
  EXPECT_EQ(decision["limit"], 5);
  EXPECT_EQ(decision["subject"], nullptr);
}

TEST_F(AutoscalingRouteTest, does_what_a_person_asks_for_within_the_bounds) {
  decide();
  const SeenReply more = client->send("POST", "/v1/autoscaling/scale-up");
  EXPECT_EQ(more.status, 200);
  EXPECT_EQ(more.json()["wanted"], 3);
  EXPECT_EQ(more.json()["decisions"][0]["cause"], "asked");
  const SeenReply refused = client->send("POST", "/v1/autoscaling/scale-up");
  EXPECT_EQ(refused.status, 409);
  EXPECT_NE(refused.detail().find("raise scaling.maximum"), std::string::npos);
  EXPECT_EQ(client->send("POST", "/v1/autoscaling/scale-down").json()["wanted"], 2);
  EXPECT_EQ(client->send("POST", "/v1/autoscaling/scale-down").json()["wanted"], 1);
  EXPECT_EQ(client->send("POST", "/v1/autoscaling/scale-down").status, 409);
}

TEST_F(AutoscalingRouteTest, goes_on_telling_what_was_decided_when_nobody_decides_any_more) {
  decide();
  clock.advance(std::chrono::hours(1));
  const auto now = client->get("/v1/autoscaling").json();
  EXPECT_EQ(now["enabled"], false);
  EXPECT_EQ(now["leader"], nullptr);
  EXPECT_EQ(now["decisions"].size(), 1u);
}

TEST_F(AutoscalingRouteTest, is_for_those_who_run_the_server) {
  decide();
  gate.principal.scopes = {Scope::query, Scope::ingest};
  for (const char* path : {"/v1/autoscaling/scale-up", "/v1/autoscaling/scale-down"})
    EXPECT_EQ(client->send("POST", path).status, 403);
  EXPECT_EQ(client->get("/v1/autoscaling").status, 403);
  EXPECT_EQ(must(scaling.view(0)).wanted.count, 2u);
}

}  // namespace
}  // namespace cairn
