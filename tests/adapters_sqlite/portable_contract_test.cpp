#include "adapters/sqlite/sqlite_catalog.h"
#include "contract/portable_catalog_contract.h"
#include "contract/temporary_folder.h"

namespace cairn::testing {
namespace {

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
