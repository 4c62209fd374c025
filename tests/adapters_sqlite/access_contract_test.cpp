#include "adapters/fault/faulty_access_store.h"
#include "adapters/sqlite/access_store.h"
#include "contract/access_store_contract.h"
#include "contract/temporary_folder.h"

namespace cairn::testing {
namespace {

class SqliteAccessHarness : public AccessStoreHarness {
 public:
  SqliteAccessHarness() { open(); }
  AccessStore& store() override { return *store_; }
  ManualClock& clock() override { return clock_; }
  AccessStore& other() override {
    if (!other_) other_ = must(open_sqlite_access_store({.folder = folder_.path(), .clock = &clock_}));
    return *other_;
  }
  void reopen() override { open(); }

 private:
  void open() {
    store_.reset();
    store_ = must(open_sqlite_access_store({.folder = folder_.path(), .clock = &clock_}));
  }

  TemporaryFolder folder_;
  ManualClock clock_;
  std::unique_ptr<AccessStore> store_, other_;
};

/// The same store behind faults that never happen.
class FaultlessAccessHarness final : public SqliteAccessHarness {
 public:
  FaultlessAccessHarness() { wrap(); }
  AccessStore& store() override { return *faulty_; }
  void reopen() override {
    faulty_.reset();
    SqliteAccessHarness::reopen();
    wrap();
  }

 private:
  void wrap() {
    faulty_.emplace(SqliteAccessHarness::store(),
                    std::make_shared<FaultPlan>(FaultOptions{.seed = 1, .rate = 0, .crash_point = {}}));
  }

  std::optional<FaultyAccessStore> faulty_;
};

INSTANTIATE_TEST_SUITE_P(Sqlite, AccessStoreContract,
                         ::testing::Values([] { return std::make_unique<SqliteAccessHarness>(); }));
INSTANTIATE_TEST_SUITE_P(Faultless, AccessStoreContract,
                         ::testing::Values([] { return std::make_unique<FaultlessAccessHarness>(); }));

}  // namespace
}  // namespace cairn::testing
