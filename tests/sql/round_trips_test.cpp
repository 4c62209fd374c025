#include "contract/expect_result.h"
#include "sql/claims.h"
#include "sql/documents.h"

// How often a change waits for the database: each time costs a way there and back, with all other writers behind it.

namespace cairn::sql {
namespace {

using testing::must;

/// A database without a row, which counts the statements that are waited for.
class CountingConnection final : public Connection {
 public:
  int waited_for = 0;

 private:
  Result<std::int64_t> query(std::string_view, std::span<const Value>, const Visit&) override {
    ++waited_for;
    return 0;
  }
  Result<void> send(std::string_view, std::span<const Value>) override { return {}; }
};

class RoundTrips : public ::testing::Test {
 protected:
  static constexpr int tasks = 640;
  CountingConnection db;
  TaskIdSource ids;
  TenantTurns turns;
  WriteContext context{db, TimePoint(std::chrono::hours(1)), ids, turns};

  std::vector<Lease> leases() {
    std::vector<Lease> made(tasks);
    for (Lease& lease : made) lease = {.task = ids.next(context.now), .epoch = 1};
    return made;
  }
};

TEST_F(RoundTrips, OfARenewalAreFewHoweverManyTasksAreHeld) {
  std::vector<TaskProgress> progress;
  for (const Lease& lease : leases()) progress.push_back({.lease = lease, .progress = 0.5, .stage = ""});
  EXPECT_EQ(must(renew(context, progress, std::chrono::seconds(10))).size(), progress.size()) << "none is there";
  EXPECT_LE(db.waited_for, tasks / 20);
}

TEST_F(RoundTrips, OfHandingTasksBackAreFew) {
  must(release(context, leases()));
  EXPECT_LE(db.waited_for, tasks / 20);
}

}  // namespace
}  // namespace cairn::sql
