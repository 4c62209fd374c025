#include "base/job_crew.h"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <stdexcept>
#include <thread>

namespace cairn {
namespace {

using Jobs = std::vector<std::function<void()>>;

TEST(JobCrew, DoesJobsSideBySide) {
  JobCrew crew(1);
  std::latch both(2);
  crew.run(Jobs(2, [&] { both.arrive_and_wait(); }));  // Neither ends before the other has begun.
}

TEST(JobCrew, DoesEachJobOnceWhateverItsSize) {
  for (const std::size_t threads : {0, 1, 3})
    for (const std::size_t count : {0, 1, 2, 50}) {
      JobCrew crew(threads);
      std::vector<std::atomic<int>> done(count);
      Jobs jobs;
      for (std::size_t i = 0; i < count; ++i) jobs.emplace_back([&, i] { ++done[i]; });
      crew.run(jobs);
      for (const auto& times : done) EXPECT_EQ(times, 1);
    }
}

TEST(JobCrew, LetsTheCallerDoAllWhileEveryThreadIsBusy) {
  JobCrew crew(1);
  std::latch is_busy(2), may_end(1);
  std::jthread other([&] {
    crew.run(Jobs(2, [&] {
      is_busy.count_down();
      may_end.wait();
    }));
  });
  is_busy.wait();
  const auto caller = std::this_thread::get_id();
  std::atomic<int> by_the_caller{0};
  crew.run(Jobs(5, [&] { by_the_caller += std::this_thread::get_id() == caller; }));
  EXPECT_EQ(by_the_caller, 5);
  may_end.count_down();
}

TEST(JobCrew, ThrowsWhatAJobThrowsAfterAllAreDone) {
  JobCrew crew(2);
  std::atomic<int> done{0};
  Jobs jobs(9, [&] { ++done; });
  jobs.insert(jobs.begin() + 4, [] { throw std::runtime_error("no memory"); });
  EXPECT_THROW(crew.run(jobs), std::runtime_error);
  EXPECT_EQ(done, 9);
  crew.run(jobs = Jobs(3, [&] { ++done; }));
  EXPECT_EQ(done, 12);
}

TEST(JobCrew, ServesManyCallers) {
  JobCrew crew(2);
  std::atomic<int> done{0};
  std::vector<std::jthread> callers;
  for (int caller = 0; caller < 4; ++caller)
    callers.emplace_back([&] {
      for (int i = 0; i < 500; ++i) crew.run(Jobs(3, [&] { ++done; }));
    });
  callers.clear();
  EXPECT_EQ(done, 4 * 500 * 3);
}

}  // namespace
}  // namespace cairn
