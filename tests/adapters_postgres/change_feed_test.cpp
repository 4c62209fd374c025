#include "adapters/postgres/postgres_catalog.h"
#include "adapters/postgres/postgres_change_feed.h"
#include "adapters_postgres/postgres_server.h"
#include "contract/change_feed_contract.h"
#include "contract/expect_result.h"

namespace cairn::testing {
namespace {

using std::chrono::hours;

/// Somebody who waits for hints.
struct Listener {
  explicit Listener(ChangeFeed& feed)
      : subscription(feed.subscribe([this] {
          ++heard;
          heard.notify_all();
        })) {}
  void wait_for_more_than(int count) const {
    for (int now = heard; now <= count; now = heard) heard.wait(now);
  }

  std::atomic<int> heard{0};
  std::unique_ptr<ChangeFeed::Subscription> subscription;
};

std::unique_ptr<ChangeFeed> make_feed(const std::string& url, const std::string& schema,
                                      std::chrono::milliseconds look_every) {
  return make_postgres_change_feed({.url = url, .schema = schema, .look_every = look_every});
}

/// A feed that is connected: everybody gets a hint when it is.
std::unique_ptr<ChangeFeed> connected_feed() {
  const std::string schema = PostgresServer::new_schema();
  must(open_postgres({.url = PostgresServer::shared().url(), .schema = schema}));
  auto feed = make_feed(PostgresServer::shared().url(), schema, hours(1));
  Listener(*feed).wait_for_more_than(0);
  return feed;
}

INSTANTIATE_TEST_SUITE_P(Postgres, ChangeFeedContract, ::testing::Values([] { return connected_feed(); }));

class PostgresFeed : public ::testing::Test {
 protected:
  PostgresServer& server = PostgresServer::shared();
  std::string schema = PostgresServer::new_schema();
  std::shared_ptr<PostgresDatabase> database = must(open_postgres({.url = server.url(), .schema = schema}));

  void change_something() const {
    Collection wanted;
    wanted.tenant = local_tenant;
    wanted.name = "papers";
    const auto catalog = make_postgres_catalog(database, nullptr);
    const Collection collection = must(catalog->create_collection(wanted));
    Task task;
    task.tenant = local_tenant;
    task.type = "compact";
    task.collection = collection.id;
    must(catalog->enqueue(task));
  }
};

TEST_F(PostgresFeed, TellsOtherNodes) {
  const auto here = make_feed(server.url(), schema, hours(1)), there = make_feed(server.url(), schema, hours(1));
  const Listener listener(*there);
  listener.wait_for_more_than(0);
  for (int i = 1; i <= 3; ++i) {
    here->announce();
    listener.wait_for_more_than(i);
  }
}

TEST_F(PostgresFeed, TellsNobodyInAnotherSchema) {
  const auto here = make_feed(server.url(), schema, hours(1));
  const auto elsewhere = connected_feed();
  const Listener stranger(*elsewhere);
  const auto there = make_feed(server.url(), schema, hours(1));
  const Listener listener(*there);
  listener.wait_for_more_than(0);
  here->announce();
  listener.wait_for_more_than(1);
  EXPECT_EQ(stranger.heard, 0);
}

TEST_F(PostgresFeed, SeesChangesThatNoNotificationTellsOf) {
  const auto feed = make_feed(server.pooled_url(), schema, std::chrono::milliseconds(5));
  const Listener listener(*feed);
  listener.wait_for_more_than(0);
  change_something();
  listener.wait_for_more_than(1);
}

TEST_F(PostgresFeed, ComesBackWithTheServer) {
  const auto here = make_feed(server.url(), schema, hours(1)), there = make_feed(server.url(), schema, hours(1));
  const Listener listener(*there);
  listener.wait_for_more_than(0);
  server.crash();
  here->announce();
  server.start();
  listener.wait_for_more_than(1);
  const int heard = listener.heard;
  here->announce();
  listener.wait_for_more_than(heard);
}

TEST_F(PostgresFeed, EndsAlthoughTheServerIsAway) {
  server.crash();
  {
    const auto feed = make_feed(server.url(), schema, hours(1));
    feed->announce();
  }
  server.start();
}

}  // namespace
}  // namespace cairn::testing
