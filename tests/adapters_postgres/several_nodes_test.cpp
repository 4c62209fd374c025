#include <atomic>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "adapters_postgres/open_node.h"

// Several nodes on one schema.

namespace cairn::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Four threads on two nodes claim everything there is; returns how often each task was handed out.
std::map<TaskId, int> claim_all(Catalog& first, Catalog& second) {
  std::mutex mutex;
  std::map<TaskId, int> claims;  // Guarded by mutex.
  const auto work = [&](Catalog& catalog, const char* name) {
    for (;;) {
      const auto tasks = must(catalog.claim({.node = NodeId(name), .types = {}, .limit = 3, .lease = seconds(600)}));
      if (tasks.empty()) return;
      const std::lock_guard lock(mutex);
      for (const Task& task : tasks) ++claims[task.id];
    }
  };
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 2; ++i) {
      threads.emplace_back([&] { work(first, "first"); });
      threads.emplace_back([&] { work(second, "second"); });
    }
  }
  return claims;
}

TEST_F(Nodes, NeverClaimATaskTwice) {
  const auto first = open_node(), second = open_node();
  must(first->register_documents(make_collection(*first).id, documents("document", 120), 5));
  const auto claims = claim_all(*first, *second);
  EXPECT_EQ(claims.size(), 120u);
  for (const auto& [task, times] : claims) EXPECT_EQ(times, 1);
}

TEST_F(Nodes, WorkThroughAPoolerThatGivesEachTransactionAnotherSession) {
  const auto first = open_pooled_node(), second = open_pooled_node(), direct = open_node();
  const Collection collection = make_collection(*first);
  must(first->register_documents(collection.id, documents("document", 60), 5));
  const auto claims = claim_all(*first, *second);
  EXPECT_EQ(claims.size(), 60u);
  for (const auto& [task, times] : claims) EXPECT_EQ(times, 1);
  EXPECT_EQ(must(second->changes({.after = 0, .tenant = {}, .limit = 500})).items.size(), 120u);
  EXPECT_EQ(must(direct->last_change()), must(first->last_change()));
  EXPECT_EQ(count_documents(*second, collection), 60u);
  EXPECT_TRUE(must(first->verify()).empty());
}

TEST_F(Nodes, TakeOverATaskWhoseLeaseRanOutAndRefuseItsFormerHolder) {
  const auto first = open_node(), second = open_node();
  must(first->register_documents(make_collection(*first).id, documents("document", 1), 5));
  const Task lost =
      must(first->claim({.node = NodeId("first"), .types = {}, .limit = 1, .lease = milliseconds(0)})).at(0);
  const Task taken =
      must(second->claim({.node = NodeId("second"), .types = {}, .limit = 1, .lease = seconds(60)})).at(0);
  EXPECT_EQ(taken.id, lost.id);
  EXPECT_GT(taken.epoch, lost.epoch);
  Commit commit;
  commit.completions.push_back(
      {.lease = {.task = lost.id, .epoch = lost.epoch}, .status = TaskStatus::succeeded, .error = ""});
  EXPECT_EQ(must(first->commit(commit)).refusal->lost_leases, std::vector<TaskId>{lost.id});
  commit.completions[0].lease.epoch = taken.epoch;
  EXPECT_FALSE(must(second->commit(commit)).refusal.has_value());
}

TEST_F(Nodes, HaveTheClockOfTheDatabase) {
  const auto node = open_node();
  const Collection collection = make_collection(*node);
  const std::string now = server.sql("SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)");
  EXPECT_LE(collection.created_at.time_since_epoch().count(), std::stoll(now));
  EXPECT_GT(collection.created_at.time_since_epoch().count(), std::stoll(now) - 600'000);
}

TEST_F(Nodes, GiveANameToOneOfThemOnly) {
  std::vector<std::unique_ptr<Catalog>> nodes;
  for (int i = 0; i < 4; ++i) nodes.push_back(open_node());
  std::atomic<int> made{0}, refused{0};
  {
    std::vector<std::jthread> threads;
    for (const auto& node : nodes)
      threads.emplace_back([&] {
        Collection wanted;
        wanted.tenant = local_tenant;
        wanted.name = "papers";
        const auto result = node->create_collection(wanted);
        if (result) ++made;
        else if (result.error().kind == ErrorKind::conflict) ++refused;
      });
  }
  EXPECT_EQ(made, 1);
  EXPECT_EQ(refused, 3);
}

TEST_F(Nodes, MissNoChangeHoweverManyWriteAtOnce) {
  constexpr int writers = 3, batches = 15, batch = 4;
  std::vector<std::unique_ptr<Catalog>> nodes;
  for (int i = 0; i < writers; ++i) nodes.push_back(open_node());
  const Collection collection = make_collection(*nodes[0]);
  std::atomic<int> writing{writers};
  std::vector<std::jthread> threads;
  for (int writer = 0; writer < writers; ++writer)
    threads.emplace_back([&, writer] {
      for (int i = 0; i < batches; ++i)
        must(nodes[static_cast<std::size_t>(writer)]->register_documents(
            collection.id, documents(std::to_string(writer) + "/" + std::to_string(i), batch), 5));
      --writing;
    });
  const auto reader = open_node();
  std::set<std::uint64_t> numbers;
  std::uint64_t seen = 0;
  for (bool last_look = false; !last_look;) {
    last_look = writing == 0;
    for (Changes page;;) {
      page = must(reader->changes({.after = seen, .tenant = {}, .limit = 7}));
      for (const Change& change : page.items) {
        EXPECT_GT(change.number, seen);
        numbers.insert(change.number);
      }
      seen = page.last;
      if (page.complete) break;
    }
  }
  EXPECT_EQ(numbers.size(), static_cast<std::size_t>(2 * writers * batches * batch)) << "a task and a document each";
}

TEST_F(Nodes, GoOnWhenOneFallsSilentInTheMiddleOfAChange) {
  const auto other = open_node();
  const Collection collection = make_collection(*other);
  const auto silent = open_database(milliseconds(50));
  constexpr std::string_view take = "SELECT value, 0 FROM counters WHERE name = 'change' FOR UPDATE";
  const auto outcome = silent->write_alone(take, [&](sql::Connection& db, const PostgresDatabase::Held&) {
    // Waits until the silent one has lost.
    must(other->register_documents(collection.id, documents("document", 1), 5));
    return db.run("UPDATE settings SET value = 'never'");
  });
  EXPECT_TRUE(fails_with(ErrorKind::unavailable, outcome));
  EXPECT_EQ(count_documents(*other, collection), 1u);
}

TEST_F(Nodes, SayThatItIsBusyWhenOneNeverEndsAChange) {
  const auto holder = open_database(seconds(600));
  const auto hasty = make_postgres_catalog(open_database(milliseconds(5)), nullptr);
  constexpr std::string_view take = "SELECT value, 0 FROM counters WHERE name = 'change' FOR UPDATE";
  must(holder->write_alone(take, [&](sql::Connection&, const PostgresDatabase::Held&) -> Result<void> {
    EXPECT_TRUE(fails_with(ErrorKind::unavailable, hasty->set_setting("name", "value")));
    EXPECT_EQ(must(open_node()->setting("name")), "") << "reading goes on";
    return {};
  }));
  must(open_node()->set_setting("name", "value"));
}

}  // namespace
}  // namespace cairn::testing
