#include "app/plan_scaling.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>

namespace cairn {
namespace {

using namespace std::chrono_literals;

const TimePoint begin{std::chrono::hours(500'000)};

/// A cluster that does at once what is decided, but for the time a node takes to start, watched once a second.
class Simulation {
 public:
  ScalingSettings settings{.minimum = 1, .maximum = 10, .calm = 120s};
  WantedNodes wanted;
  ScalingMemory memory;
  std::vector<Node> nodes;
  std::vector<ScalingDecision> decisions;
  TimePoint now = begin;
  std::chrono::milliseconds start_time = 3s;
  std::function<double(std::chrono::seconds)> work = [](auto) { return 0.0; };  ///< In nodes that it keeps busy.
  double backlog = 0;  ///< Work that waits, in seconds of one node.
  bool provides = true;

  ScalingPlan look() {
    const QueueLoad queue{.now = now, .queued = queued(), .longest_wait = wait()};
    const ScalingPlan plan = plan_scaling(settings, wanted, nodes, queue, memory);
    wanted = plan.wanted;
    for (const ScalingDecision& decision : plan.decisions) decisions.push_back(decision);
    return plan;
  }

  void run(std::chrono::seconds time) {
    for (const TimePoint end = now + time; now < end; now += 1s) {
      for (Node& node : nodes) refresh(node);
      do_work();
      const ScalingPlan plan = look();
      if (provides) provide(plan);
    }
  }

  void add_node(NodeState state = NodeState::ready) {
    Node node;
    node.report.id = NodeId("node-" + std::to_string(++made_));
    node.report.started_at = now;
    node.report.state = node.state = state;
    node.seen_at = now;
    nodes.push_back(node);
  }

  Node& node(const std::string& id) {
    return *std::ranges::find(nodes, NodeId(id), [](const Node& n) { return n.report.id; });
  }

  std::vector<std::size_t> counts() const {
    std::vector<std::size_t> all;
    for (const ScalingDecision& decision : decisions) all.push_back(decision.wanted);
    return all;
  }

  std::size_t live() const {
    return static_cast<std::size_t>(
        std::ranges::count_if(nodes, [](const Node& n) { return n.state != NodeState::gone; }));
  }

 private:
  std::uint64_t queued() const { return static_cast<std::uint64_t>(std::ceil(backlog)); }
  std::chrono::milliseconds wait() const {
    return std::chrono::milliseconds(static_cast<std::int64_t>(1000 * backlog / std::max(1.0, serving())));
  }
  double serving() const { return static_cast<double>(std::ranges::count(nodes, NodeState::ready, &Node::state)); }

  void refresh(Node& node) const {
    if (node.state == NodeState::gone) return;
    node.seen_at = now;
    if (node.state == NodeState::joining && now - node.report.started_at >= start_time)
      node.report.state = node.state = NodeState::ready;
  }

  void do_work() {
    const double there = backlog + work(std::chrono::duration_cast<std::chrono::seconds>(now - begin));
    const double done = std::min(there, serving());
    backlog = there - done;
    for (Node& node : nodes)
      if (node.state == NodeState::ready) node.report.load.cpu_percent = 100 * done / serving();
  }

  void provide(const ScalingPlan& plan) {
    std::size_t count = plan.live;
    for (const NodeId& id : plan.end_first) {
      if (count <= plan.wanted.count) break;
      node(id.value()).report.state = node(id.value()).state = NodeState::gone;
      --count;
    }
    for (; count < plan.wanted.count; ++count) add_node(NodeState::joining);
  }

  int made_ = 0;
};

class PlanScaling : public ::testing::Test, protected Simulation {};

TEST_F(PlanScaling, BeginsWithTheNodesThatThereAre) {
  add_node(), add_node();
  run(1s);
  EXPECT_EQ(wanted.count, 2u);
  ASSERT_EQ(decisions.size(), 1u);
  EXPECT_EQ(decisions[0].cause, ScalingCause::bounds);
  EXPECT_EQ(decisions[0].reason, "it begins with the 2 nodes that there are");
}

TEST_F(PlanScaling, KeepsToMinimumAndMaximum) {
  settings.minimum = 3;
  add_node();
  run(30s);
  EXPECT_EQ(live(), 3u);
  EXPECT_EQ(decisions.back().reason, "there are to be 3 to 10 nodes");
  settings.minimum = 1, settings.maximum = 2;
  run(1s);
  EXPECT_EQ(live(), 2u);
  settings.maximum = 0;  // Nonsense that a file may say: one node there is at least.
  run(1s);
  EXPECT_EQ(wanted.count, 1u);
}

TEST_F(PlanScaling, DoesNothingWhileNothingHappens) {
  add_node();
  run(3600s);
  EXPECT_EQ(decisions.size(), 1u);
  EXPECT_EQ(look().now.reason, "1 node can do what there is");
}

TEST_F(PlanScaling, HasAThirdNodeAtWorkWithinFifteenSecondsOfABurst) {
  add_node();
  run(60s);
  backlog = 1'000;
  run(15s);
  EXPECT_GE(std::ranges::count(nodes, NodeState::ready, &Node::state), 3);
  EXPECT_THAT(decisions.back().reason, ::testing::StartsWith("tasks wait "));
  EXPECT_GT(decisions.back().figure, decisions.back().limit);
}

TEST_F(PlanScaling, AtMostDoublesAtATimeAndStopsAtTheMaximum) {
  add_node();
  backlog = 1'000'000;
  run(120s);
  EXPECT_THAT(counts(), ::testing::ElementsAre(1, 2, 4, 8, 10));
  EXPECT_THAT(look().now.reason, ::testing::EndsWith("but there are to be no more than 10 nodes"));
}

TEST_F(PlanScaling, StartsNoMoreNodesThanThereAreTasksFor) {
  add_node();
  memory = {};
  wanted = {.count = 1, .raised_at = {}, .lowered_at = {}};
  const auto plan = plan_scaling(settings, wanted, nodes, {.now = now, .queued = 1, .longest_wait = 24h}, memory);
  EXPECT_EQ(plan.wanted.count, 2u);
  wanted = {.count = 2, .raised_at = {}, .lowered_at = {}};
  EXPECT_EQ(plan_scaling(settings, wanted, nodes, {.now = now, .queued = 1, .longest_wait = 24h}, memory).wanted.count,
            2u);
}

TEST_F(PlanScaling, TakesNodesAwayOneByOneAfterACalmWhile) {
  add_node();
  backlog = 300;
  run(60s);
  const std::size_t most = wanted.count;
  ASSERT_GE(most, 3u);
  decisions.clear();
  run(100s);
  EXPECT_THAT(decisions, ::testing::IsEmpty());
  run(3600s);
  EXPECT_EQ(wanted.count, 1u);
  EXPECT_EQ(live(), 1u);
  ASSERT_EQ(decisions.size(), most - 1);
  for (std::size_t i = 0; i < decisions.size(); ++i) {
    EXPECT_EQ(decisions[i].cause, ScalingCause::calm);
    EXPECT_EQ(decisions[i].wanted, most - 1 - i);
    if (i > 0) EXPECT_GE(decisions[i].at - decisions[i - 1].at, settings.pause_down);
  }
  EXPECT_EQ(node("node-1").state, NodeState::ready);  // The one that has been there longest stays.
}

TEST_F(PlanScaling, DoesNotFlapUnderASawTooth) {
  for (const int period : {10, 30, 60, 100}) {
    SCOPED_TRACE(period);
    Simulation cluster;
    cluster.work = [period](std::chrono::seconds t) { return 4.5 * static_cast<double>(t.count() % period) / period; };
    cluster.add_node();
    cluster.run(600s);  // It finds its number of nodes.
    cluster.decisions.clear();
    cluster.run(3600s);
    EXPECT_THAT(cluster.decisions, ::testing::IsEmpty());
    EXPECT_GE(cluster.wanted.count, 3u);
  }
}

TEST_F(PlanScaling, DoesNotFlapWhereALoadLiesJustAroundTheLimit) {
  for (const double load : {0.74, 0.76, 1.49, 1.51, 2.24, 2.26}) {
    SCOPED_TRACE(load);
    Simulation cluster;
    cluster.work = [load](std::chrono::seconds t) { return load * (t.count() % 2 == 0 ? 1.13 : 0.87); };
    cluster.add_node();
    cluster.run(600s);
    cluster.decisions.clear();
    cluster.run(3600s);
    EXPECT_THAT(cluster.decisions, ::testing::IsEmpty());
  }
}

TEST_F(PlanScaling, FollowsALoadThatStaysHighOrLow) {
  work = [](std::chrono::seconds t) { return t < 1000s ? 3.0 : 0.5; };
  add_node();
  run(1000s);
  EXPECT_GE(wanted.count, 4u);
  EXPECT_LE(wanted.count, 5u);
  run(1000s);
  EXPECT_EQ(wanted.count, 1u);
}

TEST_F(PlanScaling, StartsNodesForProcessorsAndSearchesThatAreSlow) {
  settings.search_ms = 100;
  add_node(), add_node();
  for (Node& node : nodes) node.report.load.search_ms = 250;
  look();
  now += 60s;
  EXPECT_EQ(look().now.cause, ScalingCause::searches);
  EXPECT_EQ(wanted.count, 4u);
  EXPECT_EQ(decisions.back().reason, "searches take 250 ms, more than 100 ms: 4 nodes instead of 2");
  for (Node& node : nodes) node.report.load.search_ms.reset(), node.report.load.cpu_percent = 100;
  wanted.count = 2;
  now += 60s;
  EXPECT_EQ(look().now.cause, ScalingCause::cpu);
  EXPECT_EQ(wanted.count, 3u);
  EXPECT_EQ(decisions.back().reason, "processors are used 100 %, more than 75 %: 3 nodes instead of 2");
}

TEST_F(PlanScaling, LooksAtNothingThatIsSetToZero) {
  settings.queue_wait = 0ms, settings.cpu_percent = 0, settings.search_ms = 0;
  add_node();
  nodes[0].report.load = {.cpu_percent = 100, .search_ms = 1e9};
  backlog = 1e6;
  run(60s);
  EXPECT_EQ(wanted.count, 1u);
}

TEST_F(PlanScaling, ReplacesANodeThatIsSilentAndSaysSoOnce) {
  add_node(), add_node();
  run(10s);
  decisions.clear();
  node("node-2").state = NodeState::gone;  // It said nothing.
  run(60s);
  ASSERT_EQ(decisions.size(), 1u);
  EXPECT_EQ(decisions[0].cause, ScalingCause::lost);
  EXPECT_EQ(decisions[0].subject, "node-2");
  EXPECT_EQ(wanted.count, 2u);
  EXPECT_EQ(live(), 2u);
  memory = {};  // Somebody else decides from now on.
  run(10s);
  EXPECT_EQ(decisions.size(), 1u);
}

TEST_F(PlanScaling, DoesNotCallANodeLostThatEndedInOrder) {
  add_node(), add_node();
  run(10s);
  decisions.clear();
  node("node-2").report.state = node("node-2").state = NodeState::draining;
  run(30s);
  node("node-2").state = NodeState::gone;  // It drained, and fell silent only then.
  run(30s);
  EXPECT_TRUE(decisions.empty());
  EXPECT_EQ(live(), 2u);  // Yet there are to be two.
}

TEST_F(PlanScaling, ReplacesANodeThatNeverGetsReady) {
  start_time = 100h;
  settings.minimum = 2;
  add_node();
  run(60s);
  EXPECT_EQ(live(), 2u);
  run(90s);
  EXPECT_EQ(decisions.back().cause, ScalingCause::lost);
  EXPECT_EQ(decisions.back().subject, "node-2");
  EXPECT_EQ(std::ranges::count(nodes, NodeState::joining, &Node::state), 2);
}

TEST_F(PlanScaling, WaitsForNodesThatNobodyStartsAndGoesBackAfterwards) {
  provides = false;
  add_node();
  backlog = 600;
  run(500s);
  EXPECT_EQ(nodes.size(), 1u);
  EXPECT_EQ(wanted.count, 10u);
  run(3600s);
  EXPECT_EQ(wanted.count, 1u);
}

TEST_F(PlanScaling, TakesNothingAwayBeforeItHasWatchedForLongEnough) {
  add_node(), add_node();
  settings.calm = 120s;
  run(110s);
  memory = {};
  wanted = {.count = 2, .raised_at = {}, .lowered_at = {}};
  run(120s);
  EXPECT_EQ(wanted.count, 2u);
  run(2s);
  EXPECT_EQ(wanted.count, 1u);
  add_node();
  wanted = {.count = 2, .raised_at = {}, .lowered_at = {}};
  now += 31s;  // It looked away.
  run(120s);
  EXPECT_EQ(wanted.count, 2u);
}

TEST_F(PlanScaling, SurvivesAClockThatGoesBack) {
  add_node();
  backlog = 300;
  run(60s);
  now -= 3600s;
  run(3600s);
  EXPECT_EQ(wanted.count, 1u);
}

TEST_F(PlanScaling, ComesToTheSameForNodesInAnyOrder) {
  add_node(), add_node(), add_node();
  now += 1s;
  const auto one = plan_scaling(settings, wanted, nodes, {.now = now}, memory).end_first;
  std::ranges::reverse(nodes);
  memory = {};
  EXPECT_EQ(plan_scaling(settings, wanted, nodes, {.now = now}, memory).end_first, one);
}

TEST_F(PlanScaling, CanDoWithoutNodesThatHaveJustComeFirst) {
  add_node();
  now += 1s;
  add_node();
  add_node(NodeState::joining);
  add_node(NodeState::draining);
  node("node-3").report.started_at = begin - 1h;  // By a clock that is wrong.
  EXPECT_THAT(look().end_first, ::testing::ElementsAre(NodeId("node-3"), NodeId("node-2"), NodeId("node-1")));
}

TEST_F(PlanScaling, RemembersNoMoreThanItNeeds) {
  work = [](std::chrono::seconds t) { return static_cast<double>((t.count() * 7919) % 900) / 100; };
  add_node();
  run(3600s);
  EXPECT_LE(memory.needs.size(), settings.maximum);
  EXPECT_TRUE(memory.lost.empty());
}

}  // namespace
}  // namespace cairn
