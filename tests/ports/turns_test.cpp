#include "ports/turns.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "contract/expect_result.h"

namespace cairn {
namespace {

using testing::fails_with;
using testing::must;

using Clock = std::chrono::steady_clock;

TEST(Turns, NoMoreAreInsideThanMayBe) {
  Turns turns(2);
  std::atomic<int> inside = 0, most = 0;
  std::vector<std::jthread> threads;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&] {
      const auto turn = must(turns.take(CancelToken(), Clock::now() + std::chrono::minutes(1)));
      const int now = ++inside;
      for (int seen = most; seen < now && !most.compare_exchange_weak(seen, now);) {}
      std::this_thread::yield();
      --inside;
    });
  threads.clear();
  EXPECT_LE(most, 2);
  EXPECT_GE(most, 1);
}

TEST(Turns, WhoeverWaitsCanGiveUpAndTheNextComesIn) {
  Turns turns(1);
  auto first = std::make_unique<Turns::Turn>(must(turns.take(CancelToken(), Clock::now())));
  EXPECT_TRUE(fails_with(ErrorKind::limited, turns.take(CancelToken(), Clock::now())));
  const CancelToken cancel;
  cancel.cancel();
  EXPECT_TRUE(fails_with(ErrorKind::cancelled, turns.take(cancel, Clock::now() + std::chrono::minutes(1))));
  first.reset();
  EXPECT_TRUE(turns.take(CancelToken(), Clock::now()));
  EXPECT_TRUE(fails_with(ErrorKind::cancelled, turns.take(cancel, Clock::now())));
}

}  // namespace
}  // namespace cairn
