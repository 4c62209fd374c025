#include "adapters/directory/directory_blob_store.h"
#include "adapters/fault/faulty_blob_store.h"
#include "contract/blob_store_contract.h"
#include "contract/temporary_folder.h"

namespace cairn::testing {
namespace {

class DirectoryHarness : public BlobStoreHarness {
 public:
  DirectoryHarness() { open(); }
  BlobStore& store() override { return *store_; }
  void reopen() override { open(); }

 private:
  void open() {
    store_.reset();
    store_ = must(open_directory_blob_store({.folder = folder_.path(), .access = DirectoryAccess::write}));
  }

  TemporaryFolder folder_;
  std::unique_ptr<BlobStore> store_;
};

/// The same store behind faults that never happen.
class FaultlessHarness final : public DirectoryHarness {
 public:
  FaultlessHarness() { wrap(); }
  BlobStore& store() override { return *faulty_; }
  void reopen() override {
    faulty_.reset();
    DirectoryHarness::reopen();
    wrap();
  }

 private:
  void wrap() {
    faulty_.emplace(DirectoryHarness::store(),
                    std::make_shared<FaultPlan>(FaultOptions{.seed = 1, .rate = 0, .crash_point = {}}));
  }

  std::optional<FaultyBlobStore> faulty_;
};

INSTANTIATE_TEST_SUITE_P(Directory, BlobStoreContract,
                         ::testing::Values([] { return std::make_unique<DirectoryHarness>(); }));
INSTANTIATE_TEST_SUITE_P(Faultless, BlobStoreContract,
                         ::testing::Values([] { return std::make_unique<FaultlessHarness>(); }));

}  // namespace
}  // namespace cairn::testing
