#include <gmock/gmock.h>

#include <thread>

#include "adapters/postgres/postgres_access_store.h"
#include "adapters_postgres/open_node.h"

// The schema in PostgreSQL: made, shared by old and new programs, and used without rights to change it.

namespace cairn::testing {
namespace {

using ::testing::HasSubstr;

class PostgresSchema : public Nodes {
 protected:
  void change(const std::string& statements) const {
    server.sql("SET search_path TO " + PostgresServer::quoted(schema) + "; " + statements);
  }
};

TEST_F(PostgresSchema, IsMadeOnceByManyWhoOpenIt) {
  std::vector<std::jthread> threads;
  for (int i = 0; i < 6; ++i) threads.emplace_back([&] { must(open_node()->all_collections()); });
}

TEST_F(PostgresSchema, OfANewerProgramIsUsedByThisOneWhileItSaysSo) {
  const auto before = open_node();
  const Collection collection = make_collection(*before);
  change(
      "ALTER TABLE documents ADD COLUMN novelty BIGINT NOT NULL DEFAULT 7; ALTER TABLE tasks ADD COLUMN novelty TEXT; "
      "CREATE TABLE novelties (key BIGINT); UPDATE schema_version SET version = 1000");
  must(before->register_documents(collection.id, documents("document", 2), 5));
  const auto after = open_node();
  EXPECT_EQ(must(after->claim({.node = NodeId("node"), .types = {}, .limit = 5})).size(), 2u);
  EXPECT_EQ(server.sql("SELECT sum(novelty) FROM " + PostgresServer::quoted(schema) + ".documents"), "14");
}

TEST_F(PostgresSchema, OfANewerProgramIsRefusedOnceItSaysSo) {
  open_node();
  change("UPDATE schema_version SET version = 1000, oldest_program = 1000");
  const auto refused = open_postgres({.url = server.url(), .schema = schema});
  EXPECT_TRUE(fails_with(ErrorKind::unsupported, refused));
  EXPECT_THAT(refused.error().message, HasSubstr("update cairn"));
}

TEST_F(PostgresSchema, CanBeUsedWithoutTheRightToChangeIt) {
  const Collection collection = make_collection(*open_node());
  const std::string name = PostgresServer::quoted(schema);
  server.sql("DROP ROLE IF EXISTS plain; CREATE ROLE plain LOGIN; GRANT USAGE ON SCHEMA " + name +
             " TO plain; GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA " + name +
             " TO plain; GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA " + name + " TO plain");
  const std::string url = "host=" + server.folder().string() + " user=plain dbname=postgres";
  const auto catalog = make_postgres_catalog(must(open_postgres({.url = url, .schema = schema})), nullptr);
  must(catalog->register_documents(collection.id, documents("document", 1), 5));
  const auto refused = open_postgres({.url = url, .schema = "another"});
  EXPECT_TRUE(fails_with(ErrorKind::unavailable, refused));
  server.sql("DROP OWNED BY plain; DROP ROLE plain");
}

TEST_F(PostgresSchema, OnAServerThatIsNotThereIsUnavailable) {
  const auto refused =
      open_postgres({.url = "host=" + server.folder().string() + "/nowhere user=cairn password=secret"});
  EXPECT_TRUE(fails_with(ErrorKind::unavailable, refused));
  EXPECT_THAT(refused.error().message, HasSubstr("catalog.url"));
  EXPECT_THAT(refused.error().message, Not(HasSubstr("secret")));
}

TEST_F(PostgresSchema, IsCopiedByPostgresItself) {
  EXPECT_TRUE(fails_with(ErrorKind::unsupported, open_node()->copy_to("anywhere")));
  EXPECT_TRUE(fails_with(ErrorKind::unsupported, make_postgres_access_store(open_database(), {})->copy_to("anywhere")));
}

TEST_F(PostgresSchema, KeepsAnyBytesAsText) {
  const auto node = open_node();
  const std::string all_kinds = std::string("a\xff\xc3") + '\0' + "\u00e9\U0010ffff\U0010ff00\U0001f600\xf4\x8f";
  must(node->set_setting("name", all_kinds));
  EXPECT_EQ(must(node->setting("name")), all_kinds);
}

}  // namespace
}  // namespace cairn::testing
