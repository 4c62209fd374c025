#include "adapters/postgres/postgres_catalog.h"
#include "adapters_postgres/postgres_server.h"
#include "contract/portable_catalog_contract.h"

namespace cairn::testing {
namespace {

struct PostgresPortable final : PortableHarness {
  PortableCatalog& catalog() override { return *catalog_; }
  ManualClock& clock() override { return clock_; }

 private:
  ManualClock clock_;
  std::unique_ptr<PortableCatalog> catalog_ =
      make_postgres_catalog(must(open_postgres({.url = PostgresServer::shared().url(),
                                                .schema = PostgresServer::new_schema(),
                                                .longest_pause = patient_pause,
                                                .clock = &clock_})),
                            nullptr);
};

INSTANTIATE_TEST_SUITE_P(Postgres, PortableContract,
                         ::testing::Values([] { return std::make_unique<PostgresPortable>(); }));

}  // namespace
}  // namespace cairn::testing
