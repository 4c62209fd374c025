#include <gtest/gtest.h>

#include "adapters/fault/faulty_node_provider.h"
#include "adapters/fault/faulty_scaling_store.h"
#include "app/scale_cluster.h"
#include "contract/expect_result.h"
#include "contract/in_memory_scaling_store.h"
#include "contract/manual_clock.h"
#include "contract/seed.h"

namespace cairn::testing {
namespace {

using namespace std::chrono_literals;

/// Nodes that are there at once, and count what was done to them.
class InstantNodes final : public NodeProvider {
 public:
  explicit InstantNodes(const Clock& clock) : clock_(clock) { start(); }

  std::string name() const override { return "instant"; }
  Result<void> provide(const NodeOrder& order) override {
    for (const NodeId& id : order.lost) std::erase_if(nodes, [&](const Node& node) { return node.report.id == id; });
    std::size_t live = order.live.size();
    for (const NodeId& id : order.live) {
      if (live <= order.count) break;
      std::erase_if(nodes, [&](const Node& node) { return node.report.id == id; });
      --live;
    }
    for (; live < order.count; ++live) start();
    return {};
  }
  std::vector<NodeId> running() override { return {}; }

  std::vector<Node> nodes;

 private:
  void start() {
    Node node;
    node.report.id = NodeId("node " + std::to_string(++started_));
    node.report.started_at = clock_.now();
    node.report.state = node.state = NodeState::ready;
    nodes.push_back(node);
  }

  const Clock& clock_;
  int started_ = 0;
};

/// Three nodes that may decide, a store and a provider that fail at every fifth call, and a load that comes and goes:
/// there is never more than one who decides, and in the end there are as many nodes as are wanted.
TEST(ScalingFaults, EndWithWhatIsWantedWhateverFails) {
  for (std::uint64_t seed = first_seed(); seed < first_seed() + 30; ++seed) {
    ManualClock clock;
    InMemoryScalingStore store(clock);
    InstantNodes fleet(clock);
    const auto plan = std::make_shared<FaultPlan>(FaultOptions{.seed = seed, .rate = 0.2});
    SCOPED_TRACE(plan->describe());
    FaultyScalingStore faulty_store(store, plan);
    FaultyNodeProvider faulty_fleet(fleet, plan);
    const auto look = [&]() -> Result<std::vector<Node>> { return fleet.nodes; };
    const ScalingSettings settings{.minimum = 1, .maximum = 5, .calm = 30s};
    std::vector<ScaleCluster> deciders;
    for (const char* name : {"a", "b", "c"})
      deciders.emplace_back(faulty_store, faulty_fleet, NodeId(name), settings, look, [](const ScalingDecision&) {});
    for (int second = 0; second < 900; ++second, clock.advance(1s)) {
      const bool is_busy = second % 300 < 60;
      store.queued = is_busy ? 100 : 0;
      store.longest_wait = is_busy ? 60s : 0s;
      int deciding = 0;
      for (ScaleCluster& one : deciders) {
        const auto step = one.step();
        deciding += step && *step ? 1 : 0;
      }
      EXPECT_LE(deciding, 1);
      EXPECT_LE(fleet.nodes.size(), settings.maximum);
      EXPECT_GE(fleet.nodes.size(), settings.minimum);
    }
    const ScalingView view = must(store.view(kept_scaling_decisions));
    EXPECT_EQ(fleet.nodes.size(), view.wanted.count);
    std::size_t before = 0;
    for (auto it = view.decisions.rbegin(); it != view.decisions.rend(); ++it) {  // The history has no gaps.
      EXPECT_EQ(it->before, before);
      before = it->wanted;
    }
    EXPECT_EQ(before, view.wanted.count);
  }
}

}  // namespace
}  // namespace cairn::testing
