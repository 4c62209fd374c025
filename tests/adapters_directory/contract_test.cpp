#include "adapters/directory/directory_blob_store.h"
#include "contract/blob_store_contract.h"
#include "contract/temporary_folder.h"

namespace cairn::testing {
namespace {

class DirectoryHarness final : public BlobStoreHarness {
 public:
  DirectoryHarness() { reopen(); }
  BlobStore& store() override { return *store_; }
  void reopen() override {
    store_.reset();
    store_ = must(open_directory_blob_store({.folder = folder_.path(), .access = DirectoryAccess::write}));
  }

 private:
  TemporaryFolder folder_;
  std::unique_ptr<BlobStore> store_;
};

INSTANTIATE_TEST_SUITE_P(Directory, BlobStoreContract,
                         ::testing::Values([] { return std::make_unique<DirectoryHarness>(); }));

}  // namespace
}  // namespace cairn::testing
