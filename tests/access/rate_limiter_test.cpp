#include "app/rate_limiter.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "contract/expect_result.h"
#include "contract/manual_clock.h"

namespace cairn::testing {
namespace {

using namespace std::chrono_literals;

class Limiting : public ::testing::Test {
 protected:
  ManualClock clock;
  RateLimiter limiter{clock};
  int admitted(const std::string& name, int attempts, std::uint32_t per_minute, std::uint32_t burst = 0) {
    int count = 0;
    for (int i = 0; i < attempts; ++i) count += limiter.admit(name, per_minute, burst).has_value();
    return count;
  }
};

TEST_F(Limiting, AMinutesRequestsMayComeAtOnceAndThenOneByOne) {
  EXPECT_EQ(admitted("a", 100, 60), 60);
  clock.advance(1s);
  EXPECT_EQ(admitted("a", 5, 60), 1);
  clock.advance(10min);
  EXPECT_EQ(admitted("a", 100, 60), 60);
}

TEST_F(Limiting, ABurstIsLessThanAMinute) {
  EXPECT_EQ(admitted("a", 100, 60, 5), 5);
  clock.advance(2s);
  EXPECT_EQ(admitted("a", 100, 60, 5), 2);
}

TEST_F(Limiting, WhoIsRefusedLearnsWhenToComeBackAndIsAdmittedThen) {
  EXPECT_EQ(admitted("a", 3, 3), 3);
  const auto refused = limiter.admit("a", 3, 0);
  ASSERT_TRUE(fails_with(ErrorKind::limited, refused));
  ASSERT_EQ(refused.error().retry_after, 20s);
  clock.advance(20s);
  EXPECT_TRUE(limiter.admit("a", 3, 0).has_value());
}

TEST_F(Limiting, CallersDoNotUseUpEachOthersRequests) {
  EXPECT_EQ(admitted("a", 10, 2), 2);
  EXPECT_EQ(admitted("b", 10, 2), 2);
}

TEST_F(Limiting, NoLimitIsNoLimit) {
  EXPECT_EQ(admitted("a", 10'000, 0), 10'000);
  EXPECT_TRUE(limiter.admit(Principal{}).has_value());
}

TEST_F(Limiting, ThousandsOfCallersAreForgottenAgain) {
  for (int i = 0; i < 5'000; ++i) {
    EXPECT_EQ(admitted(std::to_string(i), 2, 1), 1);
    clock.advance(1s);
  }
  EXPECT_EQ(admitted("4999", 1, 1), 0) << "those who have to wait are remembered";
}

TEST_F(Limiting, ThreadsAtOnceGetNoMoreThanThereIs) {
  std::atomic<int> count = 0;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) threads.emplace_back([&] { count += admitted("a", 500, 100); });
  }
  EXPECT_EQ(count, 100);
}

}  // namespace
}  // namespace cairn::testing
