#include <gmock/gmock.h>

#include "adapters/postgres/postgres_blob_store.h"
#include "adapters/postgres/postgres_catalog.h"
#include "adapters_postgres/postgres_server.h"
#include "contract/expect_result.h"
#include "ports/blob_store.h"
#include "ports/catalog.h"

namespace cairn::testing {
namespace {

using ::testing::HasSubstr;

TEST(PostgresStandby, IsReadFromAndRefusesChangesSayingWhatItIs) {
  PostgresServer server;
  const auto database = must(open_postgres({.url = server.url()}));
  const auto catalog = make_postgres_catalog(database, nullptr);
  const auto blobs = make_postgres_blob_store(database, {});
  must(catalog->set_setting("name", "value"));
  server.become_standby();
  for (int i = 0; i < 2; ++i) {
    const auto refused = catalog->set_setting("name", "other");
    EXPECT_TRUE(fails_with(ErrorKind::unavailable, refused));
    EXPECT_THAT(refused.error().message, HasSubstr("name the primary"));
    const auto lost = put_blob(*blobs, as_bytes("bytes"));
    EXPECT_TRUE(fails_with(ErrorKind::unavailable, lost));
    EXPECT_THAT(lost.error().message, HasSubstr("name the primary"));
    EXPECT_EQ(must(catalog->setting("name")), "value");
  }
}

}  // namespace
}  // namespace cairn::testing
