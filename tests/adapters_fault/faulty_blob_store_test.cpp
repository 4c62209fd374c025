#include "adapters/fault/faulty_blob_store.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "adapters/directory/directory_blob_store.h"
#include "contract/expect_result.h"
#include "contract/temporary_folder.h"

namespace cairn::testing {
namespace {

class FaultyBlobStoreTest : public ::testing::Test {
 protected:
  TemporaryFolder folder;
  std::unique_ptr<BlobStore> real =
      must(open_directory_blob_store({.folder = folder.path(), .access = DirectoryAccess::write}));

  std::unique_ptr<FaultyBlobStore> with(FaultOptions options) {
    return std::make_unique<FaultyBlobStore>(*real, std::make_shared<FaultPlan>(std::move(options)));
  }
  std::set<BlobId> stored() {
    std::set<BlobId> ids;
    must(real->list([&](const BlobInfo& blob) { return ids.insert(blob.id), true; }));
    return ids;
  }
};

TEST_F(FaultyBlobStoreTest, LeavesNothingOfATornBlob) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const auto faulty = with({.seed = seed, .rate = 0.5, .before = false, .after = false, .crash_point = {}});
    const auto writer = must(faulty->create());
    const bool torn = !writer->append(as_bytes("these bytes arrive only in part"));
    EXPECT_EQ(torn, !writer->finish()) << "seed " << seed;
    EXPECT_EQ(stored().empty(), torn) << "seed " << seed;
    for (const BlobId& id : stored()) must(real->remove(id));
  }
}

TEST_F(FaultyBlobStoreTest, StoresABlobWhoseAcknowledgementIsLost) {
  const auto faulty = with({.seed = 3, .rate = 1, .before = false, .torn = false, .crash_point = {}});
  EXPECT_TRUE(fails_with(ErrorKind::unavailable, faulty->remove(must(put_blob(*real, as_bytes("gone all the same"))))));
  EXPECT_TRUE(stored().empty());
}

TEST_F(FaultyBlobStoreTest, LosesOnlyWhatWasNotSyncedWhenThePowerIsCut) {
  const auto faulty = with({.seed = 5, .rate = 0, .crash_point = {}});
  std::set<BlobId> synced;
  for (int i = 0; i < 30; ++i) synced.insert(must(put_blob(*faulty, as_bytes("synced " + std::to_string(i)))));
  must(faulty->sync());
  for (int i = 0; i < 30; ++i) must(put_blob(*faulty, as_bytes("at risk " + std::to_string(i))));
  must(faulty->cut_power());
  const auto left = stored();
  EXPECT_TRUE(std::ranges::includes(left, synced));
  EXPECT_LT(left.size(), 60u);
  EXPECT_GT(left.size(), 30u);
}

TEST_F(FaultyBlobStoreTest, FailsBeforeWithoutDoingAnything) {
  const auto faulty = with({.seed = 5, .rate = 1, .after = false, .torn = false, .crash_point = {}});
  EXPECT_TRUE(fails_with(ErrorKind::unavailable, faulty->sync()));
  EXPECT_TRUE(fails_with(ErrorKind::unavailable, put_blob(*faulty, as_bytes("never begun"))));
  EXPECT_TRUE(stored().empty());
}

}  // namespace
}  // namespace cairn::testing
