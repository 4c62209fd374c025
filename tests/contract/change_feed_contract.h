#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "ports/change_feed.h"

namespace cairn::testing {

using MakeChangeFeed = std::function<std::unique_ptr<ChangeFeed>()>;

/// The promises of ports/change_feed.h for a feed whose hints arrive at once or soon.
class ChangeFeedContract : public ::testing::TestWithParam<MakeChangeFeed> {
 protected:
  std::unique_ptr<ChangeFeed> feed = GetParam()();

  static void wait_until(const std::atomic<int>& value, int at_least) {
    while (value.load() < at_least) std::this_thread::yield();
  }
};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(ChangeFeedContract);

TEST_P(ChangeFeedContract, WakesEveryListener) {
  std::atomic<int> first{0}, second{0};
  const auto one = feed->subscribe([&] { ++first; });
  const auto two = feed->subscribe([&] { ++second; });
  feed->announce();
  wait_until(first, 1);
  wait_until(second, 1);
}

TEST_P(ChangeFeedContract, CallsNobodyWhoLeft) {
  std::atomic<int> gone{0}, here{0};
  auto leaving = feed->subscribe([&] { ++gone; });
  const auto staying = feed->subscribe([&] { ++here; });
  leaving.reset();
  feed->announce();
  wait_until(here, 1);
  EXPECT_EQ(gone, 0);
}

TEST_P(ChangeFeedContract, LetsListenersComeAndGoWhileOthersAnnounce) {
  std::atomic<bool> stop{false};
  std::atomic<int> heard{0};
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 2; ++i)
      threads.emplace_back([&] {
        while (!stop) feed->announce();
      });
    for (int i = 0; i < 500; ++i) {
      auto alive = std::make_unique<std::atomic<int>>(0);
      auto subscription = feed->subscribe([&heard, counter = alive.get()] {
        ++*counter;
        ++heard;
      });
      subscription.reset();
      alive.reset();  // A call after this would be found by the sanitizers.
    }
    stop = true;
  }
  const auto last = feed->subscribe([&] { ++heard; });
  const int before = heard;
  feed->announce();
  wait_until(heard, before + 1);
}

TEST_P(ChangeFeedContract, LetsASubscriptionOutliveTheFeed) {
  const auto subscription = feed->subscribe([] {});
  feed.reset();
}

}  // namespace cairn::testing
