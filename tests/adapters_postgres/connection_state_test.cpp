#include <gmock/gmock.h>

#include <stdexcept>

#include "adapters/postgres/postgres_access_store.h"
#include "adapters_postgres/open_node.h"

// In which state a connection comes back to the pool, and what is said of one that cannot be opened.

namespace cairn::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class PostgresConnections : public Nodes {};

TEST_F(PostgresConnections, ShowNoOldStateAfterReadingWasLeftByAnException) {
  const auto database = open_database(std::chrono::minutes(2));
  const auto node = make_postgres_catalog(database, nullptr);
  must(node->set_setting("name", "old"));
  const auto throwing = [](PostgresDatabase::Connection& db) -> Result<void> {
    CAIRN_CHECK(db.run("SELECT 1"));
    throw std::runtime_error("no memory");
  };
  EXPECT_THROW((void)database->read(throwing), std::runtime_error);
  must(open_node()->set_setting("name", "new"));
  EXPECT_EQ(must(node->setting("name")), "new");
}

TEST_F(PostgresConnections, GiveEachStatementItsOwnAnswerAfterReadingNothing) {
  const auto node = open_node();
  must(node->set_setting("first", "1"));
  must(node->set_setting("second", "2"));
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(must(node->next_claimable({})).has_value());
  EXPECT_EQ(must(node->setting("first")), "1");
  EXPECT_EQ(must(node->setting("second")), "2");
}

TEST_F(PostgresConnections, KeepNoNotificationsThatNobodyTakes) {
  const auto database = open_database(std::chrono::minutes(2));
  const auto look = [](PostgresDatabase::Connection& db) { return db.run("SELECT 1"); };
  must(database->read([&](PostgresDatabase::Connection& db) -> Result<std::int64_t> {
    CAIRN_CHECK(db.queue("LISTEN news"));
    return look(db);
  }));
  must(database->read(look));
  server.sql("NOTIFY news");
  must(database->read(look));
  must(database->read(look));
  must(database->read([](PostgresDatabase::Connection& db) -> Result<std::int64_t> {
    PGnotify* left = PQnotifies(db.handle());
    EXPECT_EQ(left, nullptr);
    PQfreemem(left);
    return db.run("SELECT 1");
  }));
}

TEST_F(PostgresConnections, AreNotWaitedForWithoutEnd) {
  sql::ConnectionPool<postgres::Connection> pool(
      [&] { return postgres::Connection::open({.url = server.url(), .patience = std::chrono::minutes(2)}); }, 1,
      std::chrono::milliseconds(1));
  const auto held = must(pool.borrow());
  EXPECT_TRUE(fails_with(ErrorKind::unavailable, pool.borrow()));
}

TEST_F(PostgresConnections, ThatFailWhileACallerIsLookedUpFailForAllForAWhile) {
  const auto access = make_postgres_access_store(open_database(), std::chrono::hours(1));
  server.crash();
  EXPECT_TRUE(fails_with(ErrorKind::unavailable, access->generation()));
  server.start();
  EXPECT_TRUE(fails_with(ErrorKind::unavailable, access->generation())) << "the server was asked again";
  const auto patient = make_postgres_access_store(open_database(), std::chrono::milliseconds(0));
  must(patient->generation());
}

TEST_F(PostgresConnections, OfAMalformedAddressDoNotTellItsPassword) {
  for (const std::string url : {"postgresql://user:secr%et@host/db", "host=h password=two secrets",
                                "host=h password=one secret=", "postgresql://user:p@secret@host/db",
                                "postgresql://user:pw/secret@host/db", "postgres://user:secret/@host:99999x/db"}) {
    const auto refused = open_postgres({.url = url, .schema = schema});
    EXPECT_TRUE(fails_with(ErrorKind::invalid, refused)) << url;
    EXPECT_THAT(refused.error().message, Not(HasSubstr("secr"))) << url;
    EXPECT_THAT(refused.error().message, HasSubstr("catalog.url"));
  }
}

}  // namespace
}  // namespace cairn::testing
