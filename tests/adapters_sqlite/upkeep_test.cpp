#include <gmock/gmock.h>
#include <sqlite3.h>

#include <fstream>
#include <thread>

#include "adapters_sqlite/open_catalog.h"
#include "base/sha256.h"
#include "contract/expect_result.h"
#include "contract/temporary_folder.h"

// Copies of a catalog in use, and damage that verify() must see.

namespace cairn::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Upkeep : public ::testing::Test {
 protected:
  TemporaryFolder folder;
  ManualClock clock;
  fs::path file = folder.path() / "catalog.sqlite";
  std::unique_ptr<Catalog> catalog = must(open_catalog(folder.path(), clock));
  Collection collection = make_collection();

  Collection make_collection() {
    Collection wanted;
    wanted.tenant = local_tenant;
    wanted.name = "papers";
    return must(catalog->create_collection(wanted));
  }

  std::vector<NewDocument> documents(int count) {
    std::vector<NewDocument> made(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) {
      made[i].external_id = "document " + std::to_string(i);
      made[i].content_hash = BlobId(to_hex(Sha256::of(as_bytes(made[i].external_id))));
    }
    return made;
  }

  /// Changes the closed file behind the catalog's back.
  void damage(const char* sql) {
    catalog.reset();
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open(file.c_str(), &database), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(database, sql, nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(database);
    sqlite3_close(database);
    catalog = must(open_catalog(folder.path(), clock));
  }
};

TEST_F(Upkeep, CopiesOneStateWhileDocumentsComeIn) {
  const TemporaryFolder target;
  std::jthread writer([&](const std::stop_token& stop) {
    for (int i = 0; !stop.stop_requested(); ++i) {
      auto batch = documents(10);
      for (NewDocument& document : batch) document.external_id += " of batch " + std::to_string(i);
      must(catalog->register_documents(collection.id, batch, 5));
    }
  });
  for (int copy = 0; copy < 10; ++copy) {
    must(catalog->copy_to(target.path() / "catalog.sqlite"));
    const auto copied = must(open_catalog(target.path(), clock));
    EXPECT_THAT(must(copied->verify()), IsEmpty());
    EXPECT_EQ(must(copied->task_counts(local_tenant)).at(0) % 10, 0u) << "a batch is in it as a whole or not at all";
  }
}

TEST_F(Upkeep, KeepsTheFormerCopyWhenANewOneCannotBeWritten) {
  const TemporaryFolder target;
  const std::string path = target.path() / "copy";
  must(catalog->copy_to(path));
  const auto size = fs::file_size(path);
  fs::create_directory(path + ".partial");
  std::ofstream(fs::path(path + ".partial") / "in the way");
  EXPECT_TRUE(fails_with(ErrorKind::unavailable, catalog->copy_to(path)));
  EXPECT_EQ(fs::file_size(path), size);
  const auto nowhere = catalog->copy_to(target.path() / "missing" / "copy");
  EXPECT_TRUE(fails_with(ErrorKind::unavailable, nowhere));
  EXPECT_THAT(nowhere.error().message, HasSubstr("folder exists"));
}

TEST_F(Upkeep, FindsNothingWrongWithASoundCatalog) {
  must(catalog->register_documents(collection.id, documents(100), 5));
  EXPECT_THAT(must(catalog->verify()), IsEmpty());
}

TEST_F(Upkeep, FindsADocumentWhoseTaskWasLost) {
  must(catalog->register_documents(collection.id, documents(1), 5));
  damage("DELETE FROM tasks");
  EXPECT_THAT(must(catalog->verify()), Contains(HasSubstr("waits for a task that does not exist: document 0")));
}

TEST_F(Upkeep, FindsCountsThatDoNotMatch) {
  Commit commit;
  const BlobId segment(std::string(64, 'a'));
  commit.edits.push_back({.collection = collection.id,
                          .base = 0,
                          .add = {{.blob = segment, .bytes = 1, .documents = 2, .chunks = 2, .model = ""}},
                          .remove = {},
                          .tombstones = {{.segment = segment, .document = 0, .chunks = 1}}});
  must(catalog->commit(commit));
  EXPECT_THAT(must(catalog->verify()), IsEmpty());
  damage("DELETE FROM tombstones");
  EXPECT_THAT(must(catalog->verify()), Contains(HasSubstr("does not match its tombstones")));
}

TEST_F(Upkeep, FindsRowsThatNameNothing) {
  damage("PRAGMA foreign_keys = OFF; INSERT INTO tombstones VALUES (77, 1, 1, 1)");
  EXPECT_THAT(must(catalog->verify()), Contains(HasSubstr("segments that does not exist")));
}

TEST_F(Upkeep, FindsAPageThatWasOverwritten) {
  must(catalog->register_documents(collection.id, documents(1'000), 5));
  catalog.reset();
  const auto size = fs::file_size(file);
  std::fstream bytes(file, std::ios::in | std::ios::out | std::ios::binary);
  for (std::uintmax_t page = 20; page * 4096 < size; page += 7)
    bytes.seekp(static_cast<std::streamoff>(page * 4096)).write("damage!!", 8);
  bytes.close();
  const auto damaged = open_catalog(folder.path(), clock);
  const auto problems = damaged ? (*damaged)->verify() : Result<std::vector<std::string>>(fail(damaged.error()));
  if (problems) EXPECT_FALSE(problems->empty());
  else EXPECT_TRUE(fails_with(ErrorKind::corrupt, problems));
}

}  // namespace
}  // namespace cairn::testing
