#include <gmock/gmock.h>

#include <cerrno>
#include <fstream>

#include "adapters/directory/directory_blob_store.h"
#include "adapters/directory/file_error.h"
#include "contract/expect_result.h"
#include "contract/own_file_system.h"
#include "contract/temporary_folder.h"

// Missing and read-only folders, full disks, damaged files.

namespace cairn::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

Result<std::unique_ptr<BlobStore>> open(const fs::path& folder, DirectoryAccess access = DirectoryAccess::write) {
  return open_directory_blob_store({.folder = folder, .access = access});
}

TEST(BadDisk, IsExplainedWithWhatToDo) {
  EXPECT_THAT(directory::file_error("write to", "data", ENOSPC).message, HasSubstr("free some space"));
  EXPECT_THAT(directory::file_error("write to", "data", EROFS).message, HasSubstr("--data"));
  EXPECT_THAT(directory::file_error("write to", "data", EACCES).message, HasSubstr("permissions"));
  EXPECT_THAT(directory::file_error("read", "data", ENOENT).message, HasSubstr("create it"));
  EXPECT_THAT(directory::file_error("read", "data", EMFILE).message, HasSubstr("ulimit"));
  EXPECT_EQ(directory::file_error("read", "data", EINVAL).kind, ErrorKind::unavailable);
}

TEST(BadDisk, AMissingFolderIsMadeForWritingAndMissedForReading) {
  const TemporaryFolder folder;
  const fs::path missing = folder.path() / "a" / "b";
  const auto reader = open(missing, DirectoryAccess::read);
  ASSERT_TRUE(fails_with(ErrorKind::unavailable, reader));
  EXPECT_THAT(reader.error().message, HasSubstr(missing.string()));
  EXPECT_TRUE(open(missing));
  EXPECT_TRUE(open(missing, DirectoryAccess::read));
}

TEST(BadDisk, AFileWhereTheFolderShouldBeIsUnavailable) {
  const TemporaryFolder folder;
  std::ofstream(folder.path() / "file") << "not a folder";
  EXPECT_TRUE(fails_with(ErrorKind::unavailable, open(folder.path() / "file")));
  EXPECT_TRUE(fails_with(ErrorKind::unavailable, open(folder.path() / "file", DirectoryAccess::read)));
}

TEST(BadDisk, AReaderChangesNothing) {
  const TemporaryFolder folder;
  const auto reader = must(open(folder.path(), DirectoryAccess::read));
  EXPECT_TRUE(fs::is_empty(folder.path()));
  EXPECT_TRUE(fails_with(ErrorKind::unavailable, reader->create()));
  EXPECT_TRUE(fails_with(ErrorKind::unavailable, reader->sync()));
  EXPECT_TRUE(fails_with(ErrorKind::unavailable, reader->remove(BlobId(std::string(64, 'a')))));
  EXPECT_TRUE(fails_with(ErrorKind::not_found, reader->open(BlobId(std::string(64, 'a')))));
  EXPECT_TRUE(reader->list([](const BlobInfo&) { return true; }));
}

TEST(BadDisk, AFullDiskLeavesNothingOfTheBlobAndHealsWhenThereIsSpace) {
  const TemporaryFolder folder;
  const auto outcome = with_own_file_system(folder.path(), "size=2m", [&] {
    const auto store = must(open(folder.path()));
    const BlobId kept = must(put_blob(*store, as_bytes("small")));
    const auto too_large = put_blob(*store, as_bytes(std::string(4'000'000, 'x')));
    if (too_large || too_large.error().kind != ErrorKind::unavailable) return false;
    int blobs = 0;
    must(store->list([&](const BlobInfo&) { return ++blobs, true; }));
    return blobs == 1 && store->sync() && store->verify(kept) &&
           put_blob(*store, as_bytes(std::string(1'000'000, 'y')));
  });
  if (outcome == OwnFileSystem::not_possible_here) GTEST_SKIP() << "a file system of its own cannot be mounted here";
  EXPECT_EQ(outcome, OwnFileSystem::passed);
}

TEST(BadDisk, AReadOnlyFileSystemIsReadableAndRefusesWriters) {
  const TemporaryFolder folder;
  const auto outcome = with_own_file_system(folder.path(), "size=2m", [&] {
    const BlobId id = must(put_blob(*must(open(folder.path())), as_bytes("here before")));
    if (!make_read_only(folder.path())) return false;
    const auto writer = open(folder.path());
    const auto reader = must(open(folder.path(), DirectoryAccess::read));
    return !writer && writer.error().kind == ErrorKind::unavailable && reader->verify(id);
  });
  if (outcome == OwnFileSystem::not_possible_here) GTEST_SKIP() << "a file system of its own cannot be mounted here";
  EXPECT_EQ(outcome, OwnFileSystem::passed);
}

class StoredBlob : public ::testing::Test {
 protected:
  TemporaryFolder folder;
  std::unique_ptr<BlobStore> store = must(open(folder.path()));
  BlobId id = must(put_blob(*store, as_bytes("the right bytes")));
  fs::path file = folder.path() / "blobs" / id.value().substr(0, 2) / id.value();
};

TEST_F(StoredBlob, WithAFlippedBitIsFoundByVerifying) {
  std::fstream(file, std::ios::in | std::ios::out | std::ios::binary).seekp(3).put('X');
  EXPECT_TRUE(fails_with(ErrorKind::corrupt, store->verify(id)));
}

TEST_F(StoredBlob, ThatWasCutShortIsWrittenAgain) {
  fs::resize_file(file, 0);
  must(put_blob(*store, as_bytes("the right bytes")));
  EXPECT_TRUE(store->verify(id));
}

TEST_F(StoredBlob, IsNotMixedUpWithForeignFiles) {
  std::ofstream(file.parent_path() / "notes.txt") << "not a blob";
  std::ofstream(folder.path() / "blobs" / "README") << "neither";
  int blobs = 0;
  must(store->list([&](const BlobInfo&) { return ++blobs, true; }));
  EXPECT_EQ(blobs, 1);
}

TEST_F(StoredBlob, LooksNewWhenItIsFinishedAgain) {
  fs::last_write_time(file, fs::file_time_type::clock::now() - std::chrono::hours(48));
  const TimePoint before = must(store->info(id)).modified_at;
  must(put_blob(*store, as_bytes("the right bytes")));
  EXPECT_GT(must(store->info(id)).modified_at, before + std::chrono::hours(47));
  EXPECT_FALSE(must(store->remove_older(id, std::chrono::hours(1))));
}

TEST_F(StoredBlob, IsRemovedOnceItIsOld) {
  fs::last_write_time(file, fs::file_time_type::clock::now() - std::chrono::hours(48));
  EXPECT_FALSE(must(store->remove_older(id, std::chrono::hours(49))));
  EXPECT_TRUE(must(store->remove_older(id, std::chrono::hours(47))));
  EXPECT_FALSE(fs::exists(file));
}

}  // namespace
}  // namespace cairn::testing
