#include "adapters/postgres/postgres_catalog.h"
#include "adapters_postgres/postgres_server.h"
#include "contract/catalog_contract.h"
#include "contract/portable_catalog_contract.h"

namespace cairn::testing {
namespace {

class PostgresHarness final : public CatalogHarness {
 public:
  PostgresHarness() { open(); }
  Catalog& catalog() override { return *catalog_; }
  ManualClock& clock() override { return clock_; }
  void reopen() override { open(); }

 private:
  void open() {
    catalog_.reset();
    catalog_ = make_postgres_catalog(must(open_postgres({.url = PostgresServer::shared().url(),
                                                         .schema = schema_,
                                                         .longest_pause = patient_pause,
                                                         .clock = &clock_})),
                                     nullptr);
  }

  std::string schema_ = PostgresServer::new_schema();
  ManualClock clock_;
  std::unique_ptr<Catalog> catalog_;
};

INSTANTIATE_TEST_SUITE_P(Postgres, CatalogContract,
                         ::testing::Values([] { return std::make_unique<PostgresHarness>(); }));

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
