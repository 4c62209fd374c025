#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "contract/expect_result.h"
#include "contract/manual_clock.h"
#include "ports/scaling_store.h"

namespace cairn::testing {

using namespace std::chrono_literals;

/// A store under test, on a clock of the test's.
using MakeScalingStore = std::function<std::unique_ptr<ScalingStore>(const Clock&)>;

/// Every promise of ports/scaling_store.h but what queue() counts.
class ScalingStoreContract : public ::testing::TestWithParam<MakeScalingStore> {
 protected:
  ManualClock clock;
  std::unique_ptr<ScalingStore> store = GetParam()(clock);

  std::optional<ScalingTerm> lead(const std::string& node, std::uint64_t epoch = 0) const {
    return must(store->lead(
        {.node = NodeId(node), .epoch = epoch, .lease = 10s, .minimum = 2, .maximum = 4, .provider = "process"}));
  }

  ScalingDecision decision(std::size_t wanted) const {
    ScalingDecision made{.at = clock.now(), .cause = ScalingCause::cpu, .before = 2, .wanted = wanted};
    made.figure = 90.5, made.limit = 75;
    made.subject = "r\u00e9";
    made.reason = "processors are \"used\"";
    return made;
  }

  bool record(const std::string& node, const ScalingTerm& term, std::size_t wanted,
              std::vector<ScalingDecision> decisions = {}) const {
    ScalingRecord record{.node = NodeId(node), .term = term, .wanted = {}, .now = decision(wanted), .decisions = {}};
    record.wanted.count = wanted;
    record.wanted.raised_at = clock.now();
    record.decisions = std::move(decisions);
    return must(store->record(record));
  }
};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(ScalingStoreContract);

TEST_P(ScalingStoreContract, IsLedByNobodyAtFirst) {
  const ScalingView view = must(store->view(10));
  EXPECT_FALSE(view.enabled);
  EXPECT_EQ(view.wanted.count, 0u);
  EXPECT_TRUE(view.decisions.empty());
  EXPECT_EQ(store->ask(1, "somebody").error().kind, ErrorKind::conflict);
}

TEST_P(ScalingStoreContract, IsLedByOneNodeUntilItsLeaseRunsOut) {
  const auto first = lead("a");
  ASSERT_TRUE(first);
  EXPECT_FALSE(lead("b"));
  clock.advance(9s);
  EXPECT_EQ(lead("a", first->epoch)->epoch, first->epoch);
  clock.advance(9s);
  EXPECT_FALSE(lead("b"));
  clock.advance(1s);
  const auto second = lead("b");
  ASSERT_TRUE(second);
  EXPECT_GT(second->epoch, first->epoch);
  EXPECT_FALSE(lead("a", first->epoch));
  EXPECT_EQ(must(store->view(0)).leader, NodeId("b"));
}

TEST_P(ScalingStoreContract, BeginsANewTermForAProcessThatComesBackUnderItsName) {
  const auto first = lead("a");
  EXPECT_GT(lead("a")->epoch, first->epoch);
}

TEST_P(ScalingStoreContract, BeginsANewTermAfterALeaseThatRanOut) {
  const auto first = lead("a");
  clock.advance(10s);
  EXPECT_GT(lead("a", first->epoch)->epoch, first->epoch);
}

TEST_P(ScalingStoreContract, IsFreeAtOnceWhenTheLeaderResigns) {
  const auto first = lead("a");
  must(store->resign(NodeId("b"), first->epoch));
  must(store->resign(NodeId("a"), first->epoch + 1));
  EXPECT_FALSE(lead("b"));
  must(store->resign(NodeId("a"), first->epoch));
  EXPECT_FALSE(must(store->view(0)).enabled);
  EXPECT_TRUE(lead("b"));
}

TEST_P(ScalingStoreContract, TellsOthersWhatIsWantedAndWhy) {
  const auto term = lead("a");
  ASSERT_TRUE(record("a", *term, 3, {decision(3)}));
  const ScalingView view = must(store->view(10));
  EXPECT_TRUE(view.enabled);
  EXPECT_EQ(view.leader, NodeId("a"));
  EXPECT_EQ(view.provider, "process");
  EXPECT_EQ(view.minimum, 2u);
  EXPECT_EQ(view.maximum, 4u);
  EXPECT_EQ(view.wanted.count, 3u);
  EXPECT_EQ(view.wanted.raised_at, clock.now());
  EXPECT_FALSE(view.wanted.lowered_at);
  ASSERT_EQ(view.decisions.size(), 1u);
  for (const ScalingDecision& seen : {view.now, view.decisions[0]}) {
    EXPECT_EQ(seen.at, clock.now());
    EXPECT_EQ(seen.cause, ScalingCause::cpu);
    EXPECT_EQ(seen.before, 2u);
    EXPECT_EQ(seen.wanted, 3u);
    EXPECT_EQ(seen.figure, 90.5);
    EXPECT_EQ(seen.limit, 75);
    EXPECT_EQ(seen.subject, "r\u00e9");
    EXPECT_EQ(seen.reason, "processors are \"used\"");
  }
  EXPECT_EQ(lead("a", term->epoch)->wanted.count, 3u);
}

TEST_P(ScalingStoreContract, WritesNothingForAnOldTerm) {
  const auto old = lead("a");
  clock.advance(10s);
  EXPECT_FALSE(record("a", *old, 3, {decision(3)}));  // Nobody else has come, but its lease has run out.
  const auto next = lead("b");
  EXPECT_FALSE(record("a", *old, 3, {decision(3)}));
  EXPECT_FALSE(record("b", *old, 3, {decision(3)}));
  EXPECT_TRUE(must(store->view(10)).decisions.empty());
  EXPECT_TRUE(record("b", *next, 4));
}

TEST_P(ScalingStoreContract, DoesWhatIsAskedForWithinTheBounds) {
  const auto term = lead("a");
  ASSERT_TRUE(record("a", *term, 3));
  EXPECT_EQ(must(store->ask(1, "ren\u00e9e")).count, 4u);
  EXPECT_EQ(store->ask(1, "ren\u00e9e").error().kind, ErrorKind::conflict);
  clock.advance(1s);
  EXPECT_EQ(must(store->ask(-1, "ren\u00e9e")).count, 3u);
  EXPECT_EQ(must(store->ask(-1, "ren\u00e9e")).count, 2u);
  EXPECT_EQ(store->ask(-1, "ren\u00e9e").error().kind, ErrorKind::conflict);
  const ScalingView view = must(store->view(2));
  ASSERT_EQ(view.decisions.size(), 2u);
  EXPECT_EQ(view.decisions[0].before, 3u);
  EXPECT_EQ(view.decisions[0].wanted, 2u);
  EXPECT_EQ(view.decisions[0].cause, ScalingCause::asked);
  EXPECT_EQ(view.decisions[0].subject, "ren\u00e9e");
  EXPECT_EQ(view.wanted.lowered_at, clock.now());
  EXPECT_EQ(view.wanted.raised_at, clock.now() - 1s);
}

TEST_P(ScalingStoreContract, DoesNotForgetWhatWasAskedForWhileItDecided) {
  const auto term = lead("a");
  ASSERT_TRUE(record("a", *term, 3));
  const auto before = lead("a", term->epoch);
  must(store->ask(1, "somebody"));
  EXPECT_FALSE(record("a", *before, 2, {decision(2)}));
  EXPECT_EQ(must(store->view(0)).wanted.count, 4u);
  EXPECT_TRUE(record("a", *lead("a", term->epoch), 4));
}

TEST_P(ScalingStoreContract, ForgetsOldDecisions) {
  const auto term = lead("a");
  std::vector<ScalingDecision> many;
  for (std::size_t i = 1; i <= kept_scaling_decisions + 5; ++i) many.push_back(decision(i));
  ASSERT_TRUE(record("a", *term, 3, std::move(many)));
  const auto kept = must(store->view(2 * kept_scaling_decisions)).decisions;
  ASSERT_EQ(kept.size(), kept_scaling_decisions);
  EXPECT_EQ(kept.front().wanted, kept_scaling_decisions + 5);
  EXPECT_EQ(kept.back().wanted, 6u);
}

TEST_P(ScalingStoreContract, IsLedByOneOfManyThatClaimAtOnce) {
  std::atomic<int> leaders = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 6; ++i) threads.emplace_back([&, i] { leaders += lead("node " + std::to_string(i)) ? 1 : 0; });
  }
  EXPECT_EQ(leaders, 1);
}

}  // namespace cairn::testing
