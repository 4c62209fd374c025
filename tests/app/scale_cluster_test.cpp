#include "app/scale_cluster.h"

#include <gmock/gmock.h>

#include "contract/expect_result.h"
#include "contract/in_memory_scaling_store.h"
#include "contract/manual_clock.h"
#include "contract/scaling_store_contract.h"

namespace cairn::testing {
namespace {

INSTANTIATE_TEST_SUITE_P(InMemory, ScalingStoreContract, ::testing::Values([](const Clock& clock) {
                           return std::make_unique<InMemoryScalingStore>(clock);
                         }));

/// Writes down what it is told.
class NotedProvider final : public NodeProvider {
 public:
  std::string name() const override { return "noted"; }
  Result<void> provide(const NodeOrder& order) override {
    orders.push_back(order);
    if (trouble.empty()) return {};
    return fail(ErrorKind::unavailable, trouble);
  }
  std::vector<NodeId> running() override { return {}; }

  std::vector<NodeOrder> orders;
  std::string trouble;
};

class ScaleClusterTest : public ::testing::Test {
 protected:
  ManualClock clock;
  InMemoryScalingStore store{clock};
  NotedProvider provider;
  ScalingSettings settings{.minimum = 1, .maximum = 4};
  std::vector<Node> nodes{ready("one")};

  static Node ready(const std::string& id) {
    Node node;
    node.report.id = NodeId(id);
    node.report.state = node.state = NodeState::ready;
    return node;
  }

  ScaleCluster scaler(const std::string& id) {
    return {store,
            provider,
            NodeId(id),
            settings,
            [this]() -> Result<std::vector<Node>> { return nodes; },
            [](const ScalingDecision&) {}};
  }

  ScalingView view() const { return must(store.view(100)); }
};

TEST_F(ScaleClusterTest, DecidesAndOrders) {
  ScaleCluster one = scaler("one");
  EXPECT_TRUE(must(one.step()));
  EXPECT_EQ(provider.orders.back().count, 1u);
  EXPECT_THAT(provider.orders.back().live, ::testing::ElementsAre(NodeId("one")));
  store.queued = 100, store.longest_wait = 60s;
  clock.advance(6s);
  EXPECT_TRUE(must(one.step()));
  EXPECT_EQ(provider.orders.back().count, 2u);
  EXPECT_EQ(view().wanted.count, 2u);
  EXPECT_EQ(view().decisions.front().reason, "tasks wait 60 s, more than 5 s: 2 nodes instead of 1");
}

TEST_F(ScaleClusterTest, StandsByWhileAnotherOneDecidesAndTakesOverWhenItIsSilent) {
  ScaleCluster one = scaler("one"), two = scaler("two");
  EXPECT_TRUE(must(one.step()));
  const std::size_t orders = provider.orders.size();
  EXPECT_FALSE(must(two.step()));
  EXPECT_EQ(provider.orders.size(), orders);
  clock.advance(scaling_lease);
  EXPECT_TRUE(must(two.step()));
  EXPECT_FALSE(must(one.step()));
  two.resign();
  EXPECT_TRUE(must(one.step()));
}

TEST_F(ScaleClusterTest, OrdersAgainWhatIsWantedAlready) {
  ScaleCluster one = scaler("one"), two = scaler("two");
  must(one.step());
  must(store.ask(1, "somebody"));
  must(one.step());
  EXPECT_EQ(provider.orders.back().count, 2u);
  one.resign();
  must(two.step());  // What was wanted outlives who wanted it.
  EXPECT_EQ(provider.orders.back().count, 2u);
}

TEST_F(ScaleClusterTest, PassesOnWhichNodesAreLost) {
  ScaleCluster one = scaler("one");
  nodes.push_back(ready("two"));
  must(one.step());
  nodes[1].state = NodeState::gone;
  nodes[1].seen_at = clock.now();
  must(one.step());
  EXPECT_EQ(provider.orders.back().count, 2u);
  EXPECT_THAT(provider.orders.back().lost, ::testing::ElementsAre(NodeId("two")));
  EXPECT_EQ(view().decisions.front().cause, ScalingCause::lost);
}

TEST_F(ScaleClusterTest, WritesTroubleOfTheProviderDownOnce) {
  ScaleCluster one = scaler("one");
  provider.trouble = "the disk is full";
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(one.step().error().message, "the disk is full");
    clock.advance(1s);
  }
  const auto told = view().decisions;
  ASSERT_EQ(told.size(), 2u);  // The first is about how it begins.
  EXPECT_EQ(told[0].cause, ScalingCause::trouble);
  EXPECT_EQ(told[0].reason, "the disk is full");
  provider.trouble.clear();
  must(one.step());
  provider.trouble = "the disk is full";
  EXPECT_FALSE(one.step());
  EXPECT_FALSE(one.step());
  EXPECT_EQ(view().decisions.size(), 3u);
}

TEST_F(ScaleClusterTest, DoesNothingThatIsNotWrittenDown) {
  bool is_asked = false;
  ScaleCluster one(
      store, provider, NodeId("one"), settings,
      [&]() -> Result<std::vector<Node>> {
        if (is_asked) must(store.ask(1, "somebody"));  // While it looks around.
        return nodes;
      },
      [](const ScalingDecision&) {});
  must(one.step());
  const std::size_t orders = provider.orders.size();
  is_asked = true;
  EXPECT_EQ(one.step().error().kind, ErrorKind::conflict);
  EXPECT_EQ(provider.orders.size(), orders);
  is_asked = false;
  must(one.step());
  EXPECT_EQ(provider.orders.back().count, 2u);
}

TEST_F(ScaleClusterTest, DoesNothingWhileNobodyKnowsWhoIsThere) {
  const auto look = []() -> Result<std::vector<Node>> { return fail(ErrorKind::unavailable, "the database is away"); };
  ScaleCluster one(store, provider, NodeId("one"), settings, look, [](const ScalingDecision&) {});
  EXPECT_EQ(one.step().error().kind, ErrorKind::unavailable);
  EXPECT_TRUE(provider.orders.empty());
}

}  // namespace
}  // namespace cairn::testing
