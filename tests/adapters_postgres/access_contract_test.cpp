#include "adapters/postgres/postgres_access_store.h"
#include "adapters_postgres/postgres_server.h"
#include "contract/access_store_contract.h"

namespace cairn::testing {
namespace {

class PostgresAccessHarness final : public AccessStoreHarness {
 public:
  PostgresAccessHarness() { reopen(); }
  AccessStore& store() override { return *store_; }
  ManualClock& clock() override { return clock_; }
  AccessStore& other() override {
    if (!other_) other_ = open();
    return *other_;
  }
  void reopen() override {
    store_.reset();
    store_ = open();
  }

 private:
  std::unique_ptr<AccessStore> open() {
    const PostgresOptions options{
        .url = PostgresServer::shared().url(), .schema = schema_, .longest_pause = patient_pause, .clock = &clock_};
    return make_postgres_access_store(must(open_postgres(options)), std::chrono::milliseconds(0));
  }

  std::string schema_ = PostgresServer::new_schema();
  ManualClock clock_;
  std::unique_ptr<AccessStore> store_, other_;
};

INSTANTIATE_TEST_SUITE_P(Postgres, AccessStoreContract,
                         ::testing::Values([] { return std::make_unique<PostgresAccessHarness>(); }));

TEST(PostgresAccessStore, KnowsItsOwnChangesAtOnceHoweverOldItsKnowledgeMayBe) {
  const auto database =
      must(open_postgres({.url = PostgresServer::shared().url(), .schema = PostgresServer::new_schema()}));
  const auto store = make_postgres_access_store(database, std::chrono::hours(1));
  const std::uint64_t before = must(store->generation());
  EXPECT_EQ(must(store->generation()), before);
  must(store->set_quota(TenantId("tenant"), {}));
  EXPECT_GT(must(store->generation()), before);
}

}  // namespace
}  // namespace cairn::testing
