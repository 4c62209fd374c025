#include "adapters/postgres/postgres_node_registry.h"

#include "adapters_postgres/open_node.h"
#include "contract/node_registry_contract.h"

namespace cairn::testing {
namespace {

std::unique_ptr<NodeRegistry> make_registry(const Clock& clock) {
  return make_postgres_node_registry(must(
      open_postgres({.url = PostgresServer::shared().url(), .schema = PostgresServer::new_schema(), .clock = &clock})));
}

INSTANTIATE_TEST_SUITE_P(Postgres, NodeRegistryContract, ::testing::Values(make_registry));

class PostgresNodes : public Nodes {};

TEST_F(PostgresNodes, AreSeenByEachOtherOnTheDatabasesClock) {
  const auto one = make_postgres_node_registry(open_database()), two = make_postgres_node_registry(open_database());
  must(one->report({.id = NodeId("one"), .state = NodeState::ready}));
  must(two->report({.id = NodeId("two"), .state = NodeState::ready}));
  const std::vector<Node> seen = must(one->nodes());
  ASSERT_EQ(seen.size(), 2u);
  EXPECT_EQ(seen[1].report.id, NodeId("two"));
  server.sql("UPDATE " + PostgresServer::quoted(schema) + ".nodes SET seen_at = seen_at - 5000000 WHERE id = 'two'");
  EXPECT_EQ(must(one->nodes()).size(), 1u);
}

TEST_F(PostgresNodes, AreHeardOfWhileAnotherOneWritesForLong) {
  const auto database = open_database();
  const auto registry = make_postgres_node_registry(open_database());
  const std::string lock = "SELECT value, CAST(0 AS BIGINT) FROM counters WHERE name = 'change' FOR UPDATE";
  must(database->write_alone(lock, [&](PostgresDatabase::Connection&, const PostgresDatabase::Held&) {
    return registry->report({.id = NodeId("one"), .state = NodeState::ready});
  }));
  EXPECT_EQ(must(registry->nodes()).size(), 1u);
}

}  // namespace
}  // namespace cairn::testing
