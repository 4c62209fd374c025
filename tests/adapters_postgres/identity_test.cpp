#include "adapters_postgres/open_node.h"

namespace cairn::testing {
namespace {

class PostgresIdentity : public Nodes {};

TEST_F(PostgresIdentity, IsTheSameForAllNodesOfACatalog) {
  const std::string identity = must(postgres_catalog_identity(*open_database()));
  EXPECT_FALSE(identity.empty());
  EXPECT_EQ(must(postgres_catalog_identity(*open_database())), identity);
}

TEST_F(PostgresIdentity, IsNotTakenAlongByACopy) {
  const std::string identity = must(postgres_catalog_identity(*open_database()));
  const std::string original = PostgresServer::quoted(schema);
  schema = PostgresServer::new_schema();
  const auto copy = open_database();
  server.sql("INSERT INTO " + PostgresServer::quoted(schema) + ".settings SELECT * FROM " + original + ".settings");
  EXPECT_NE(must(postgres_catalog_identity(*copy)), identity);
}

TEST_F(PostgresIdentity, NeedsNoSpecialRights) {
  const std::string identity = must(postgres_catalog_identity(*open_database()));
  const std::string name = PostgresServer::quoted(schema);
  server.sql("CREATE ROLE modest LOGIN; GRANT USAGE ON SCHEMA " + name +
             " TO modest; GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA " + name + " TO modest");
  const std::string url = "host=" + server.folder().string() + " user=modest dbname=postgres";
  EXPECT_EQ(must(postgres_catalog_identity(*must(open_postgres({.url = url, .schema = schema})))), identity);
  server.sql("DROP OWNED BY modest; DROP ROLE modest");
}

}  // namespace
}  // namespace cairn::testing
