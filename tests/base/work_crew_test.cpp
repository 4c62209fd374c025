#include "base/work_crew.h"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <stdexcept>
#include <thread>

namespace cairn {
namespace {

using Pieces = std::vector<std::function<void()>>;

TEST(WorkCrew, DoesPiecesSideBySide) {
  WorkCrew crew(1);
  std::latch both(2);
  crew.run(Pieces(2, [&] { both.arrive_and_wait(); }));  // Neither ends before the other has begun.
}

TEST(WorkCrew, DoesEachPieceOnceWhateverItsSize) {
  for (const std::size_t threads : {0, 1, 3})
    for (const std::size_t count : {0, 1, 2, 50}) {
      WorkCrew crew(threads);
      std::vector<std::atomic<int>> done(count);
      Pieces pieces;
      for (std::size_t i = 0; i < count; ++i) pieces.emplace_back([&, i] { ++done[i]; });
      crew.run(pieces);
      for (const auto& times : done) EXPECT_EQ(times, 1);
    }
}

TEST(WorkCrew, LetsTheCallerDoAllWhileEveryThreadIsBusy) {
  WorkCrew crew(1);
  std::latch is_busy(2), may_end(1);
  std::jthread other([&] {
    crew.run(Pieces(2, [&] {
      is_busy.count_down();
      may_end.wait();
    }));
  });
  is_busy.wait();
  const auto caller = std::this_thread::get_id();
  std::atomic<int> by_the_caller{0};
  crew.run(Pieces(5, [&] { by_the_caller += std::this_thread::get_id() == caller; }));
  EXPECT_EQ(by_the_caller, 5);
  may_end.count_down();
}

TEST(WorkCrew, ThrowsWhatAPieceThrowsAfterAllAreDone) {
  WorkCrew crew(2);
  std::atomic<int> done{0};
  Pieces pieces(9, [&] { ++done; });
  pieces.insert(pieces.begin() + 4, [] { throw std::runtime_error("no memory"); });
  EXPECT_THROW(crew.run(pieces), std::runtime_error);
  EXPECT_EQ(done, 9);
  crew.run(pieces = Pieces(3, [&] { ++done; }));
  EXPECT_EQ(done, 12);
}

TEST(WorkCrew, ServesManyCallers) {
  WorkCrew crew(2);
  std::atomic<int> done{0};
  std::vector<std::jthread> callers;
  for (int caller = 0; caller < 4; ++caller)
    callers.emplace_back([&] {
      for (int i = 0; i < 500; ++i) crew.run(Pieces(3, [&] { ++done; }));
    });
  callers.clear();
  EXPECT_EQ(done, 4 * 500 * 3);
}

}  // namespace
}  // namespace cairn
