// Merging, garbage collection, verification and copies of a store.
#include <gmock/gmock.h>

#include <fstream>

#include "app/backup_store.h"
#include "app/collect_garbage.h"
#include "app/compact.h"
#include "app/test_store.h"
#include "app/verify_store.h"

namespace cairn {
namespace {

using testing::fails_with;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Key;
using testing::must;
using testing::TemporaryFolder;
using testing::TestStore;
using ::testing::UnorderedElementsAre;

SegmentRecord segment_of(std::uint32_t number, std::uint32_t chunks, std::string model = "m") {
  return {.blob = BlobId(std::to_string(number)), .documents = chunks, .chunks = chunks, .model = std::move(model)};
}

std::vector<BlobId> ids(std::initializer_list<int> numbers) {
  std::vector<BlobId> result;
  for (const int number : numbers) result.push_back(BlobId(std::to_string(number)));
  return result;
}

TEST(PlanCompaction, LeavesFewSegmentsAlone) {
  Manifest manifest;
  for (std::uint32_t i = 0; i < 7; ++i) manifest.segments.push_back(segment_of(i, 100));
  EXPECT_THAT(plan_compaction(manifest, {}), IsEmpty());
}

TEST(PlanCompaction, MergesAFullTierInOrder) {
  Manifest manifest;
  manifest.segments.push_back(segment_of(0, 100'000));
  for (std::uint32_t i = 1; i <= 8; ++i) manifest.segments.push_back(segment_of(i, 100));
  EXPECT_EQ(plan_compaction(manifest, {}), ids({1, 2, 3, 4, 5, 6, 7, 8}));
}

TEST(PlanCompaction, NeverMixesModels) {
  Manifest manifest;
  for (std::uint32_t i = 0; i < 8; ++i) manifest.segments.push_back(segment_of(i, 100, i % 2 == 0 ? "a" : "b"));
  EXPECT_THAT(plan_compaction(manifest, {}), IsEmpty());
  EXPECT_EQ(plan_compaction(manifest, {.fan_in = 4}), ids({0, 2, 4, 6}));
}

TEST(PlanCompaction, RewritesASegmentWithManyDeadDocuments) {
  Manifest manifest;
  manifest.segments = {segment_of(0, 100), segment_of(1, 100)};
  for (std::uint32_t i = 0; i < 24; ++i)
    manifest.tombstones.push_back({.segment = BlobId("1"), .document = i, .chunks = 1});
  EXPECT_THAT(plan_compaction(manifest, {}), IsEmpty());
  manifest.tombstones.push_back({.segment = BlobId("1"), .document = 99, .chunks = 1});
  EXPECT_EQ(plan_compaction(manifest, {}), ids({1}));
}

TEST(PlanCompaction, MakesNothingLargerThanItMay) {
  Manifest manifest;
  for (std::uint32_t i = 0; i < 16; ++i) manifest.segments.push_back(segment_of(i, 900'000));
  EXPECT_THAT(plan_compaction(manifest, {.thorough = false}), IsEmpty());
  EXPECT_LE(plan_compaction(manifest, {.thorough = true}).size(), 2U);
}

TEST(PlanCompaction, WhenIdleMergesUntilEachIsTwiceAllSmallerOnes) {
  Manifest manifest;
  manifest.segments = {segment_of(0, 10'000), segment_of(1, 100), segment_of(2, 90)};
  EXPECT_EQ(plan_compaction(manifest, {.thorough = true}), ids({1, 2}));
  manifest.segments = {segment_of(0, 10'000), segment_of(3, 190)};
  EXPECT_THAT(plan_compaction(manifest, {.thorough = true}), IsEmpty());
}

/// A store whose worker merges nothing by itself.
class Upkeep : public ::testing::Test {
 protected:
  void commit_one(const std::string& id, const std::string& text) {
    store.ingest(id, text);
    store.work();
  }

  StoreVerification verify() { return must(verify_store(*store.catalog, *store.blobs, {}, {})); }

  std::vector<std::string> problems() {
    std::vector<std::string> messages;
    for (const StoreProblem& problem : verify().problems) messages.push_back(problem.subject + ": " + problem.message);
    return messages;
  }

  /// Every blob is old enough to be collected.
  GarbageReport collect(std::chrono::milliseconds age = std::chrono::milliseconds(0)) {
    return must(collect_garbage(*store.catalog, *store.blobs, age, {}));
  }

  std::filesystem::path file_of(const BlobId& id) const {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(store.folder.path()))
      if (entry.path().filename() == id.value()) return entry.path();
    throw std::runtime_error("no such blob");
  }

  void flip_bit(const BlobId& id, std::int64_t offset) const {
    std::filesystem::permissions(file_of(id), std::filesystem::perms::owner_all);
    std::fstream file(file_of(id), std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(offset);
    const char byte = static_cast<char>(file.get() ^ 0x10);
    file.seekp(offset);
    file.put(byte);
  }

  CopyTarget target_in(const std::filesystem::path& folder) {
    copies.push_back(must(open_directory_blob_store({.folder = folder, .access = DirectoryAccess::write})));
    return {.blobs = *copies.back(),
            .catalog_file = folder / "catalog.sqlite",
            .open_catalog =
                [this](const std::filesystem::path& file) {
                  return open_sqlite_catalog(
                      {.folder = file.parent_path(), .access = SqliteAccess::read, .clock = &store.clock});
                },
            .flush = [this, folder] { return on_flush ? on_flush(folder) : Result<void>(); }};
  }

  TestStore store;
  std::vector<std::unique_ptr<BlobStore>> copies;
  std::function<Result<void>(const std::filesystem::path& target)> on_flush;
};

TEST_F(Upkeep, AMergeKeepsEveryLiveDocument) {
  for (int i = 0; i < 12; ++i) commit_one(std::to_string(i), "words of document " + std::to_string(i));
  commit_one("3", "new words");
  const auto before = store.live();
  while (
      must(compact(*store.catalog, *store.blobs, {.collection = store.collection.id, .policy = {.thorough = true}}, {}))
          .merged > 0) {}
  EXPECT_EQ(store.live(), before);
  EXPECT_THAT(problems(), IsEmpty());
}

TEST_F(Upkeep, AMergeWithoutWorkCommitsNothing) {
  commit_one("a", "words");
  const std::uint64_t number = store.manifest().number;
  EXPECT_EQ(must(compact(*store.catalog, *store.blobs, {.collection = store.collection.id}, {})).merged, 0U);
  EXPECT_EQ(store.manifest().number, number);
}

TEST_F(Upkeep, ACancelledMergeCommitsNothing) {
  commit_one("a", "words");
  commit_one("b", "more words of b");
  const std::uint64_t number = store.manifest().number;
  const CancelToken cancelled;
  cancelled.cancel();
  const auto result =
      compact(*store.catalog, *store.blobs, {.collection = store.collection.id, .policy = {.fan_in = 1}}, cancelled);
  EXPECT_TRUE(fails_with(ErrorKind::cancelled, result));
  EXPECT_EQ(store.manifest().number, number);
}

TEST_F(Upkeep, CollectionRemovesOnlyWhatNothingNames) {
  commit_one("a", "words");
  const BlobId orphan = must(put_blob(*store.blobs, as_bytes("nobody wants me")));
  store.ingest("queued", "registered but not indexed");
  const auto before = store.live();

  EXPECT_EQ(collect().removed, 1U);
  EXPECT_TRUE(fails_with(ErrorKind::not_found, store.blobs->info(orphan)));
  EXPECT_EQ(store.live(), before);
  EXPECT_EQ(store.work().indexed, 1U);
  EXPECT_THAT(problems(), IsEmpty());
}

TEST_F(Upkeep, CollectionSparesYoungBlobsForTheirCommitMayBeUnderWay) {
  const BlobId young = must(put_blob(*store.blobs, as_bytes("about to be named")));
  const GarbageReport report = collect(std::chrono::hours(48));
  EXPECT_EQ(report.removed, 0U);
  EXPECT_EQ(report.kept_young, 1U);
  EXPECT_TRUE(store.blobs->info(young));
}

TEST_F(Upkeep, VerificationCountsWhatIsThere) {
  commit_one("a", "words");
  must(put_blob(*store.blobs, as_bytes("nobody wants me")));
  const StoreVerification result = verify();
  EXPECT_TRUE(result.clean());
  EXPECT_EQ(result.documents, 1U);
  EXPECT_EQ(result.segments, 1U);
  EXPECT_EQ(result.blobs, 3U);
  EXPECT_EQ(result.unreferenced_blobs, 1U);
}

TEST_F(Upkeep, VerificationFindsAFlippedBitInAnyBlob) {
  commit_one("a", "words that are stored");
  const BlobId segment = store.manifest().segments.front().blob;
  const BlobId original = store.document("a").content_hash;
  for (const BlobId& id : {segment, original}) {
    flip_bit(id, 10);
    EXPECT_THAT(problems(), ::testing::Contains(HasSubstr(id.value())));
    flip_bit(id, 10);
    EXPECT_THAT(problems(), IsEmpty());
  }
}

TEST_F(Upkeep, VerificationFindsAMissingBlob) {
  commit_one("a", "words that are stored");
  must(store.blobs->remove(store.document("a").content_hash));
  EXPECT_THAT(problems(), ::testing::Contains(HasSubstr("missing")));
}

TEST_F(Upkeep, ACopyHoldsTheSameDocumentsAndIsClean) {
  commit_one("a", "words");
  commit_one("b", "more words");
  const TemporaryFolder folder;
  const CopyReport report = must(backup_store(*store.catalog, *store.blobs, target_in(folder.path()), {}, {}));
  EXPECT_GE(report.copied, 3U);

  const auto catalog =
      must(open_sqlite_catalog({.folder = folder.path(), .access = SqliteAccess::write, .clock = &store.clock}));
  const StoreVerification result = must(verify_store(*catalog, *copies.back(), {}, {}));
  EXPECT_TRUE(result.clean());
  EXPECT_EQ(result.documents, 2U);
}

TEST_F(Upkeep, RepeatingACopyWritesOnlyWhatIsNew) {
  commit_one("a", "words");
  const TemporaryFolder folder;
  const CopyReport first = must(backup_store(*store.catalog, *store.blobs, target_in(folder.path()), {}, {}));
  const CopyReport again = must(backup_store(*store.catalog, *store.blobs, target_in(folder.path()), {}, {}));
  EXPECT_EQ(again.copied, 0U);
  EXPECT_EQ(again.present, first.copied);
}

TEST_F(Upkeep, ACopyIsDurableBeforeItAppearsAndWhenItIsReported) {
  commit_one("a", "words");
  std::vector<bool> published;
  on_flush = [&](const std::filesystem::path& target) -> Result<void> {
    published.push_back(std::filesystem::exists(target / "catalog.sqlite"));
    return {};
  };
  const TemporaryFolder folder, other;
  must(backup_store(*store.catalog, *store.blobs, target_in(folder.path()), {}, {}));
  EXPECT_EQ(published, (std::vector<bool>{false, true}));

  on_flush = [](const std::filesystem::path&) { return fail(ErrorKind::unavailable, "the disk is gone"); };
  EXPECT_TRUE(
      fails_with(ErrorKind::unavailable, backup_store(*store.catalog, *store.blobs, target_in(other.path()), {}, {})));
  EXPECT_FALSE(std::filesystem::exists(other.path() / "catalog.sqlite"));
}

TEST_F(Upkeep, ACopyRefusesADamagedBlobByName) {
  commit_one("a", "words");
  const BlobId original = store.document("a").content_hash;
  flip_bit(original, 0);
  const TemporaryFolder folder;
  const auto result = backup_store(*store.catalog, *store.blobs, target_in(folder.path()), {}, {});
  ASSERT_TRUE(fails_with(ErrorKind::corrupt, result));
  EXPECT_THAT(result.error().message, HasSubstr(original.value()));
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "catalog.sqlite"));
}

TEST_F(Upkeep, ACopyFollowsAMergeThatOvertakesIt) {
  for (int i = 0; i < 3; ++i) commit_one(std::to_string(i), "words of document " + std::to_string(i));
  const TemporaryFolder folder;
  bool merged = false;
  const CopyOptions options{.on_blob = [&](std::uint64_t) {
    if (std::exchange(merged, true)) return;
    for (int i = 3; i < 11; ++i) commit_one(std::to_string(i), "words of document " + std::to_string(i));
  }};
  must(backup_store(*store.catalog, *store.blobs, target_in(folder.path()), options, {}));
  const auto catalog =
      must(open_sqlite_catalog({.folder = folder.path(), .access = SqliteAccess::write, .clock = &store.clock}));
  EXPECT_TRUE(must(verify_store(*catalog, *copies.back(), {}, {})).clean());
}

TEST_F(Upkeep, RestoringRefusesAFolderThatHoldsAnything) {
  const TemporaryFolder folder;
  EXPECT_TRUE(check_restore_target(folder.path()));
  EXPECT_TRUE(check_restore_target(folder.path() / "new"));
  std::ofstream(folder.path() / "file") << "x";
  EXPECT_TRUE(fails_with(ErrorKind::conflict, check_restore_target(folder.path())));
}

}  // namespace
}  // namespace cairn
