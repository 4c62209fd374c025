#include "base/shared_work.h"

#include <gtest/gtest.h>

#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace cairn {
namespace {

constexpr int others = 4;

/// The first thread's work lasts until all others wait for it; returns how often work was done.
template <class Work>
int run_with_others(SharedWork<std::string, int>& shared, const Work& work, std::vector<std::optional<int>>& outcomes) {
  std::atomic<int> done{0};
  outcomes.assign(others + 1, std::nullopt);
  std::vector<std::jthread> threads;
  for (int thread = 0; thread <= others; ++thread)
    threads.emplace_back([&, thread] {
      try {
        outcomes[static_cast<std::size_t>(thread)] = shared.run("key", [&] {
          ++done;
          while (shared.waiting() < others) std::this_thread::yield();
          return work();
        });
      } catch (const std::runtime_error&) {}
    });
  threads.clear();
  return done;
}

TEST(SharedWork, IsDoneOnceForAllWhoWantItMeanwhile) {
  SharedWork<std::string, int> shared;
  std::vector<std::optional<int>> outcomes;
  EXPECT_EQ(run_with_others(shared, [] { return 7; }, outcomes), 1);
  EXPECT_EQ(outcomes, std::vector<std::optional<int>>(others + 1, 7));
}

TEST(SharedWork, ThrowsForAll) {
  SharedWork<std::string, int> shared;
  std::vector<std::optional<int>> outcomes;
  EXPECT_EQ(run_with_others(shared, []() -> int { throw std::runtime_error("no memory"); }, outcomes), 1);
  EXPECT_EQ(outcomes, std::vector<std::optional<int>>(others + 1));
  EXPECT_EQ(shared.run("key", [] { return 8; }), 8) << "and is begun anew by who comes later";
}

TEST(SharedWork, OfOneKeyDoesNotKeepAnotherWaiting) {
  SharedWork<std::string, int> shared;
  EXPECT_EQ(shared.run("key", [&] { return 1 + shared.run("other", [] { return 2; }); }), 3);
}

}  // namespace
}  // namespace cairn
