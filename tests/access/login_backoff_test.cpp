#include "app/login_backoff.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "contract/expect_result.h"
#include "contract/manual_clock.h"

namespace cairn::testing {
namespace {

using namespace std::chrono_literals;

class Backoff : public ::testing::Test {
 protected:
  ManualClock clock;
  LoginBackoff backoff{clock, {}};

  /// Fails until it must wait, and gives how long.
  std::chrono::milliseconds wait_after_failure(const std::string& user, const std::string& address) {
    if (const auto begun = backoff.begin(user, address); !begun) return *begun.error().retry_after;
    const auto again = backoff.begin(user, address);
    return again ? 0ms : *again.error().retry_after;
  }
};

TEST_F(Backoff, TheWaitDoublesWithEachFailureUpToAQuarterOfAnHour) {
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(backoff.begin("ada", std::to_string(i)).has_value());
  std::vector<std::chrono::milliseconds> waits;
  for (int i = 0; i < 12; ++i) {
    const auto refused = backoff.begin("ada", "other" + std::to_string(i));
    ASSERT_TRUE(fails_with(ErrorKind::limited, refused));
    waits.push_back(*refused.error().retry_after);
    clock.advance(waits.back());
    EXPECT_TRUE(backoff.begin("ada", "then" + std::to_string(i)).has_value());
  }
  EXPECT_EQ(waits[0], 1s);
  EXPECT_EQ(waits[1], 2s);
  EXPECT_EQ(waits[5], 32s);
  EXPECT_EQ(waits[11], 15min);
}

TEST_F(Backoff, ARefusedAttemptMakesTheWaitNoLonger) {
  for (int i = 0; i < 4; ++i) (void)backoff.begin("ada", std::to_string(i));
  for (int i = 0; i < 50; ++i) EXPECT_EQ(backoff.begin("ada", "x").error().retry_after, 1s);
}

TEST_F(Backoff, AnAddressThatTriesManyNamesIsSlowedDownToo) {
  for (int i = 0; i < 11; ++i) EXPECT_TRUE(backoff.begin("user" + std::to_string(i), "192.0.2.1").has_value()) << i;
  EXPECT_TRUE(fails_with(ErrorKind::limited, backoff.begin("fresh", "192.0.2.1")));
  EXPECT_TRUE(backoff.begin("fresh", "192.0.2.2").has_value());
}

TEST_F(Backoff, OneAccountDoesNotBuyGuessesForOthers) {
  int admitted = 0;
  for (int i = 0; i < 30; ++i) {
    admitted += backoff.begin("victim" + std::to_string(i), "192.0.2.1").has_value();
    if (backoff.begin("own", "192.0.2.1")) backoff.succeeded("own", "192.0.2.1");
  }
  EXPECT_LT(admitted, 15);
}

TEST_F(Backoff, ASuccessForgivesTheUser) {
  for (int i = 0; i < 3; ++i) (void)backoff.begin("ada", std::to_string(i));
  EXPECT_TRUE(backoff.begin("ada", "x").has_value());
  backoff.succeeded("ada", "x");
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(backoff.begin("ada", "y" + std::to_string(i)).has_value());
}

TEST_F(Backoff, AttemptsAtOnceCountEach) {
  std::atomic<int> admitted = 0;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t)
      threads.emplace_back([&, t] {
        for (int i = 0; i < 50; ++i) admitted += backoff.begin("ada", std::to_string(t * 100 + i)).has_value();
      });
  }
  EXPECT_EQ(admitted, 4);
}

TEST_F(Backoff, FailuresAreForgottenAfterAnHour) {
  for (int i = 0; i < 4; ++i) (void)backoff.begin("ada", std::to_string(i));
  clock.advance(1h);
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(backoff.begin("ada", "z" + std::to_string(i)).has_value());
}

TEST_F(Backoff, WhoSpraysNamesDoesNotFreeThoseWhoMustWait) {
  LoginBackoff small(clock, {.max_remembered = 100});
  for (int i = 0; i < 6; ++i) {
    (void)small.begin("ada", std::to_string(i));
    clock.advance(1min);
  }
  for (int i = 0; i < 4; ++i) (void)small.begin("ada", "again" + std::to_string(i));
  ASSERT_FALSE(small.begin("ada", "x").has_value());
  for (int i = 0; i < 1'000; ++i) (void)small.begin("spray" + std::to_string(i), "net" + std::to_string(i));
  EXPECT_FALSE(small.begin("ada", "y").has_value());
}

TEST(AddressGroup, IsTheNetworkOfIpv6AndTheAddressOfIpv4) {
  EXPECT_EQ(address_group("192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(address_group("::ffff:192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(address_group("2001:db8:1:2:3:4:5:6"), address_group("2001:db8:1:2:ffff::1"));
  EXPECT_NE(address_group("2001:db8:1:2:3:4:5:6"), address_group("2001:db8:1:3:3:4:5:6"));
}

}  // namespace
}  // namespace cairn::testing
