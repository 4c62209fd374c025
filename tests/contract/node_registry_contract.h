#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "contract/expect_result.h"
#include "contract/manual_clock.h"
#include "ports/node_registry.h"

namespace cairn::testing {

using namespace std::chrono_literals;

/// A registry under test, on a clock of the test's.
using MakeNodeRegistry = std::function<std::unique_ptr<NodeRegistry>(const Clock&)>;

/// Every promise of ports/node_registry.h.
class NodeRegistryContract : public ::testing::TestWithParam<MakeNodeRegistry> {
 protected:
  ManualClock clock;
  std::unique_ptr<NodeRegistry> registry = GetParam()(clock);

  void hear(const std::string& id, NodeState state = NodeState::ready) const {
    must(registry->report({.id = NodeId(id), .address = "http://" + id, .version = "1", .roles = {}, .state = state}));
  }

  /// "a ready, b gone"
  std::string states() const {
    std::string text;
    for (const Node& node : must(registry->nodes()))
      text += (text.empty() ? "" : ", ") + node.report.id.value() + " " + to_string(node.state);
    return text;
  }
};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(NodeRegistryContract);

TEST_P(NodeRegistryContract, KnowsNobodyAtFirst) { EXPECT_TRUE(must(registry->nodes()).empty()); }

TEST_P(NodeRegistryContract, GivesBackWhatANodeSaid) {
  NodeReport said{.id = NodeId("a\u00e9"), .address = "https://10.0.0.7:8080", .version = "1.2", .roles = {"api", "x"}};
  said.state = NodeState::draining;
  said.started_at = clock.now() - 5min;
  said.load = {.cpu_cores = 2.5,
               .cpu_percent = 12.25,
               .memory_bytes = 1ull << 40,
               .memory_total_bytes = 7,
               .disk_free_bytes = 0,
               .disk_total_bytes = 9,
               .requests = 3,
               .search_ms = 0.125,
               .segments = 4,
               .segment_bytes = 5};
  must(registry->report(said));
  const std::vector<Node> nodes = must(registry->nodes());
  ASSERT_EQ(nodes.size(), 1u);
  const NodeReport& seen = nodes[0].report;
  EXPECT_EQ(seen.id, said.id);
  EXPECT_EQ(seen.address, said.address);
  EXPECT_EQ(seen.version, said.version);
  EXPECT_EQ(seen.roles, said.roles);
  EXPECT_EQ(nodes[0].state, NodeState::draining);
  EXPECT_EQ(seen.started_at, said.started_at);
  EXPECT_EQ(nodes[0].seen_at, clock.now());
  EXPECT_EQ(seen.load.cpu_cores, 2.5);
  EXPECT_EQ(seen.load.cpu_percent, 12.25);
  EXPECT_EQ(seen.load.memory_bytes, 1ull << 40);
  EXPECT_EQ(seen.load.memory_total_bytes, 7u);
  EXPECT_EQ(seen.load.disk_free_bytes, 0u);
  EXPECT_EQ(seen.load.disk_total_bytes, 9u);
  EXPECT_EQ(seen.load.requests, 3u);
  EXPECT_EQ(seen.load.search_ms, 0.125);
  EXPECT_EQ(seen.load.segments, 4u);
  EXPECT_EQ(seen.load.segment_bytes, 5u);
}

TEST_P(NodeRegistryContract, LeavesOutWhatANodeDoesNotKnow) {
  hear("a");
  const NodeLoad load = must(registry->nodes()).at(0).report.load;
  EXPECT_FALSE(load.cpu_percent || load.memory_total_bytes || load.disk_free_bytes || load.search_ms);
}

TEST_P(NodeRegistryContract, KeepsWhatANodeSaidLast) {
  hear("a", NodeState::joining);
  hear("b");
  hear("a");
  EXPECT_EQ(states(), "a ready, b ready");
}

TEST_P(NodeRegistryContract, CallsASilentNodeSuspectAndThenGone) {
  hear("a");
  hear("b", NodeState::draining);
  clock.advance(suspect_after - 1ms);
  EXPECT_EQ(states(), "a ready, b draining");
  clock.advance(1ms);
  EXPECT_EQ(states(), "a suspect, b suspect");
  hear("b");
  clock.advance(gone_after - suspect_after);
  EXPECT_EQ(states(), "a gone, b suspect");
  hear("a");
  EXPECT_EQ(states(), "a ready, b suspect");
}

TEST_P(NodeRegistryContract, BelievesANodeThatSaysThatItIsGone) {
  hear("a", NodeState::gone);
  EXPECT_EQ(states(), "a gone");
}

TEST_P(NodeRegistryContract, ForgetsWhoWasGoneForLong) {
  hear("a");
  clock.advance(30min);
  hear("b");
  clock.advance(30min);
  EXPECT_EQ(states(), "b gone");
  hear("c");
  EXPECT_EQ(states(), "b gone, c ready");
}

TEST_P(NodeRegistryContract, HearsManyAtOnce) {
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i)
      threads.emplace_back([this, i] {
        for (int k = 0; k < 5; ++k) hear("node " + std::to_string(i));
      });
  }
  EXPECT_EQ(states(), "node 0 ready, node 1 ready, node 2 ready, node 3 ready");
}

}  // namespace cairn::testing
