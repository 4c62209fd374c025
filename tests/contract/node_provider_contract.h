#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "contract/expect_result.h"
#include "ports/node_provider.h"

namespace cairn::testing {

using namespace std::chrono_literals;

/// A provider with what it works on.
class ProviderUnderTest {
 public:
  virtual ~ProviderUnderTest() = default;
  virtual NodeProvider& provider() = 0;

  /// The nodes that run by now and were not told to end, as others would see them.
  virtual std::vector<NodeId> working() = 0;

  /// Whether working() names nodes by which a provider knows them again.
  virtual bool knows_nodes() const = 0;
};

using MakeProvider = std::function<std::unique_ptr<ProviderUnderTest>()>;

/// Every promise of ports/node_provider.h.
class NodeProviderContract : public ::testing::TestWithParam<MakeProvider> {
 protected:
  std::unique_ptr<ProviderUnderTest> harness = GetParam()();
  NodeProvider& provider = harness->provider();

  Result<void> order(std::size_t count, std::vector<NodeId> lost = {}) {
    return provider.provide({.count = count, .live = harness->working(), .lost = std::move(lost)});
  }

  /// Orders until so many run, as whoever decides does.
  void order_until(std::size_t count) {
    const auto end = std::chrono::steady_clock::now() + 120s;
    while (std::chrono::steady_clock::now() < end) {
      must(order(count));
      if (harness->working().size() == count) return;
      std::this_thread::sleep_for(5ms);
    }
    FAIL() << harness->working().size() << " nodes run instead of " << count;
  }
};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(NodeProviderContract);

TEST_P(NodeProviderContract, HasAName) { EXPECT_FALSE(provider.name().empty()); }

TEST_P(NodeProviderContract, BringsNodesToTheOrderUpAndDown) {
  order_until(3);
  order_until(1);
  order_until(2);
}

TEST_P(NodeProviderContract, DoesNothingMoreWhenAnOrderIsSaidAgain) {
  order_until(2);
  const auto before = harness->working();
  for (int i = 0; i < 10; ++i) must(order(2));
  EXPECT_EQ(harness->working(), before);
}

TEST_P(NodeProviderContract, ReplacesANodeThatIsLost) {
  if (!harness->knows_nodes()) return;  // Others replace it.
  order_until(2);
  const NodeId lost = harness->working().front();
  must(order(2, {lost}));
  order_until(2);
  for (const NodeId& node : harness->working()) EXPECT_NE(node, lost);
}

}  // namespace cairn::testing
