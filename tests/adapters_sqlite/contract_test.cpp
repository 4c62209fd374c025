#include "adapters/sqlite/sqlite_catalog.h"
#include "contract/catalog_contract.h"
#include "contract/temporary_folder.h"

namespace cairn::testing {
namespace {

class SqliteHarness final : public CatalogHarness {
 public:
  SqliteHarness() { reopen(); }
  Catalog& catalog() override { return *catalog_; }
  ManualClock& clock() override { return clock_; }
  void reopen() override {
    catalog_.reset();
    catalog_ = must(open_sqlite_catalog({.folder = folder_.path(), .access = SqliteAccess::write, .clock = &clock_}));
  }

 private:
  TemporaryFolder folder_;
  ManualClock clock_;
  std::unique_ptr<Catalog> catalog_;
};

INSTANTIATE_TEST_SUITE_P(Sqlite, CatalogContract, ::testing::Values([] { return std::make_unique<SqliteHarness>(); }));

}  // namespace
}  // namespace cairn::testing
