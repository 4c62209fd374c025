#include "adapters_postgres/open_node.h"

// What becomes of leases while nobody can write.

namespace cairn::testing {
namespace {

class PauseOfAllWriters : public Nodes {
 protected:
  /// As if nothing had happened for an hour since.
  void let_an_hour_pass() const {
    server.sql("SET search_path TO " + PostgresServer::quoted(schema) +
               "; UPDATE counters SET value = value - 3600000 WHERE name = 'written_at'; "
               "UPDATE tasks SET lease_until = lease_until - 3600000");
  }
  static std::vector<Task> claim(Catalog& node, const std::string& name) {
    return must(node.claim({.node = NodeId(name), .types = {}, .limit = 5, .lease = std::chrono::minutes(10)}));
  }
};

TEST_F(PauseOfAllWriters, CostsNobodyALease) {
  const auto first = open_node(), second = open_node();
  must(first->register_documents(make_collection(*first).id, documents("document", 2), 5));
  const auto tasks = claim(*first, "first");
  ASSERT_EQ(tasks.size(), 2u);
  let_an_hour_pass();
  EXPECT_TRUE(claim(*second, "second").empty()) << "the second may have been the first to write";
  std::vector<TaskProgress> progress;
  for (const Task& task : tasks)
    progress.push_back({.lease = {.task = task.id, .epoch = task.epoch}, .progress = 0.5, .stage = ""});
  EXPECT_TRUE(must(first->renew(progress, std::chrono::minutes(10))).empty());
}

TEST_F(PauseOfAllWriters, DoesNotKeepTheLeasesOfTheDead) {
  const auto first = open_node(), second = open_node();
  must(first->register_documents(make_collection(*first).id, documents("document", 2), 5));
  ASSERT_EQ(claim(*first, "first").size(), 2u);
  let_an_hour_pass();
  EXPECT_TRUE(claim(*second, "second").empty());
  server.sql("UPDATE " + PostgresServer::quoted(schema) + ".tasks SET lease_until = lease_until - 3600000");
  EXPECT_EQ(claim(*second, "second").size(), 2u) << "others wrote meanwhile, they did not";
}

}  // namespace
}  // namespace cairn::testing
