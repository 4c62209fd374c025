#include "adapters/postgres/turn_queue.h"

#include <gmock/gmock.h>

#include <thread>
#include <vector>

namespace cairn::postgres {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

TEST(TurnQueue, GivesTurnsInTheOrderOfComing) {
  TurnQueue queue;
  std::vector<int> order;  // Written by whoever has the turn.
  std::vector<std::jthread> threads;
  {
    const TurnQueue::Turn first(queue, hours(1));
    for (int i = 0; i < 5; ++i) {
      threads.emplace_back([&, i] {
        const TurnQueue::Turn turn(queue, hours(1));
        order.push_back(i);
      });
      while (queue.size() < static_cast<std::size_t>(i) + 2) std::this_thread::yield();
    }
  }
  const TurnQueue::Turn last(queue, hours(1));
  EXPECT_THAT(order, ::testing::ElementsAre(0, 1, 2, 3, 4));
}

TEST(TurnQueue, LetsGoWhoHasNoPatience) {
  TurnQueue queue;
  {
    const TurnQueue::Turn first(queue, hours(1));
    EXPECT_TRUE(first);
    EXPECT_FALSE(TurnQueue::Turn(queue, milliseconds(1)));
    EXPECT_EQ(queue.size(), 1u);
  }
  EXPECT_TRUE(TurnQueue::Turn(queue, milliseconds(1)));
}

}  // namespace
}  // namespace cairn::postgres
