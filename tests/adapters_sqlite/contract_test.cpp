#include "adapters/fault/faulty_catalog.h"
#include "adapters/sqlite/sqlite_catalog.h"
#include "contract/catalog_contract.h"
#include "contract/portable_catalog_contract.h"
#include "contract/temporary_folder.h"

namespace cairn::testing {
namespace {

class SqliteHarness : public CatalogHarness {
 public:
  SqliteHarness() { open(); }
  Catalog& catalog() override { return *catalog_; }
  ManualClock& clock() override { return clock_; }
  void reopen() override { open(); }

 private:
  void open() {
    catalog_.reset();
    catalog_ = must(open_sqlite_catalog({.folder = folder_.path(), .access = SqliteAccess::write, .clock = &clock_}));
  }

  TemporaryFolder folder_;
  ManualClock clock_;
  std::unique_ptr<Catalog> catalog_;
};

/// The same catalog behind faults that never happen.
class FaultlessHarness final : public SqliteHarness {
 public:
  FaultlessHarness() { wrap(); }
  Catalog& catalog() override { return *faulty_; }
  void reopen() override {
    faulty_.reset();
    SqliteHarness::reopen();
    wrap();
  }

 private:
  void wrap() {
    faulty_.emplace(SqliteHarness::catalog(),
                    std::make_shared<FaultPlan>(FaultOptions{.seed = 1, .rate = 0, .crash_point = {}}));
  }

  std::optional<FaultyCatalog> faulty_;
};

INSTANTIATE_TEST_SUITE_P(Sqlite, CatalogContract, ::testing::Values([] { return std::make_unique<SqliteHarness>(); }));
INSTANTIATE_TEST_SUITE_P(Faultless, CatalogContract,
                         ::testing::Values([] { return std::make_unique<FaultlessHarness>(); }));

struct SqlitePortable final : PortableHarness {
  PortableCatalog& catalog() override { return *catalog_; }
  ManualClock& clock() override { return clock_; }

 private:
  TemporaryFolder folder_;
  ManualClock clock_;
  std::unique_ptr<PortableCatalog> catalog_ =
      must(open_sqlite_catalog({.folder = folder_.path(), .access = SqliteAccess::write, .clock = &clock_}));
};

INSTANTIATE_TEST_SUITE_P(Sqlite, PortableContract,
                         ::testing::Values([] { return std::make_unique<SqlitePortable>(); }));

}  // namespace
}  // namespace cairn::testing
