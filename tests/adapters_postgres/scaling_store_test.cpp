#include "adapters/postgres/postgres_scaling_store.h"

#include "adapters_postgres/open_node.h"
#include "contract/scaling_store_contract.h"

namespace cairn::testing {
namespace {

std::unique_ptr<ScalingStore> make_store(const Clock& clock) {
  return make_postgres_scaling_store(must(
      open_postgres({.url = PostgresServer::shared().url(), .schema = PostgresServer::new_schema(), .clock = &clock})));
}

/// Each transaction has another session: no lease may hang on a connection.
std::unique_ptr<ScalingStore> make_pooled_store(const Clock& clock) {
  return make_postgres_scaling_store(must(open_postgres(
      {.url = PostgresServer::shared().pooled_url(), .schema = PostgresServer::new_schema(), .clock = &clock})));
}

INSTANTIATE_TEST_SUITE_P(Postgres, ScalingStoreContract, ::testing::Values(make_store));
INSTANTIATE_TEST_SUITE_P(Pooled, ScalingStoreContract, ::testing::Values(make_pooled_store));

class PostgresScaling : public Nodes {};

TEST_F(PostgresScaling, IsLedByOneOfTwoNodesOnTheDatabasesClock) {
  const auto one = make_postgres_scaling_store(open_database()), two = make_postgres_scaling_store(open_database());
  const ScalingClaim claim{.node = NodeId("one"), .lease = std::chrono::hours(1), .provider = "process"};
  ASSERT_TRUE(must(one->lead(claim)));
  ScalingClaim other = claim;
  other.node = NodeId("two");
  EXPECT_FALSE(must(two->lead(other)));
  server.sql("UPDATE " + PostgresServer::quoted(schema) + ".scaling SET lease_until = lease_until - 3700000");
  EXPECT_FALSE(must(two->view(0)).enabled);
  EXPECT_TRUE(must(two->lead(other)));
}

TEST_F(PostgresScaling, CountsWhatWaits) {
  const auto catalog = open_node();
  const auto store = make_postgres_scaling_store(open_database());
  EXPECT_EQ(must(store->queue()).queued, 0u);
  EXPECT_EQ(must(store->queue()).longest_wait.count(), 0);
  const Collection collection = make_collection(*catalog);
  must(catalog->register_documents(collection.id, documents("d", 5), default_priority));
  EXPECT_EQ(must(store->queue()).queued, 5u);
  const std::string tasks = PostgresServer::quoted(schema) + ".tasks";
  server.sql("UPDATE " + tasks + " SET created_at = created_at - 60000");
  EXPECT_GE(must(store->queue()).longest_wait, std::chrono::seconds(60));
  must(catalog->claim({.node = NodeId("n"), .types = {}, .limit = 4}));
  EXPECT_EQ(must(store->queue()).queued, 1u);
  server.sql("UPDATE " + tasks + " SET not_before = created_at + 3600000");  // Its time comes later.
  EXPECT_EQ(must(store->queue()).queued, 0u);
  server.sql("UPDATE " + tasks + " SET not_before = created_at + 50000");  // Its time came ten seconds ago.
  EXPECT_EQ(must(store->queue()).queued, 1u);
  EXPECT_LT(must(store->queue()).longest_wait, std::chrono::seconds(60));
}

TEST_F(PostgresScaling, IsNotStoppedByOneThatWritesForLong) {
  const auto database = open_database();
  const auto store = make_postgres_scaling_store(open_database());
  const std::string lock = "SELECT value, CAST(0 AS BIGINT) FROM counters WHERE name = 'change' FOR UPDATE";
  must(database->write_alone(lock, [&](PostgresDatabase::Connection&, const PostgresDatabase::Held&) {
    return store->lead({.node = NodeId("one"), .lease = std::chrono::hours(1), .provider = ""});
  }));
  EXPECT_TRUE(must(store->view(0)).enabled);
}

}  // namespace
}  // namespace cairn::testing
