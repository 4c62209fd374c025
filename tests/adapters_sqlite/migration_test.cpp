#include <gmock/gmock.h>
#include <sqlite3.h>

#include <fstream>
#include <iterator>

#include "adapters/sqlite/folder_lock.h"
#include "adapters_sqlite/open_catalog.h"
#include "contract/expect_result.h"
#include "contract/temporary_folder.h"

// Catalogs that an older Cairn wrote.

namespace cairn::testing {
namespace {

using ::testing::HasSubstr;

class Migration : public ::testing::Test {
 protected:
  TemporaryFolder folder;
  ManualClock clock;

  /// A folder as version 1 left it: one collection with two indexed documents, and one that waits to be ingested.
  void make_version_1() {
    std::ifstream file(std::string(CAIRN_FIXTURES) + "/adapters_sqlite/catalog_version_1.sql");
    const std::string script((std::istreambuf_iterator<char>(file)), {});
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open((folder.path() / "catalog.sqlite").c_str(), &database), SQLITE_OK);
    ASSERT_EQ(sqlite3_exec(database, script.c_str(), nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(database);
    sqlite3_close(database);
  }
};

TEST_F(Migration, KeepsDocumentsAndTasksOfVersion1) {
  make_version_1();
  const auto catalog = must(open_catalog(folder.path(), clock));
  const Collection collection = must(catalog->all_collections()).at(0);
  EXPECT_EQ(must(catalog->document_counts(collection.id)), (std::vector<std::uint64_t>{0, 1, 0, 0, 0, 2, 0}));
  EXPECT_EQ(must(catalog->manifest(collection.id)).segments.size(), 1u);
  EXPECT_TRUE(must(catalog->verify()).empty());
  const auto claimed = must(catalog->claim({.node = NodeId("node"), .types = {"ingest"}, .limit = 5}));
  ASSERT_EQ(claimed.size(), 1u);
  EXPECT_EQ(must(catalog->document(claimed.at(0).document)).external_id, "waiting.txt");
}

TEST_F(Migration, ListsTheDocumentsOfVersion1ByStatus) {
  make_version_1();
  const auto catalog = must(open_catalog(folder.path(), clock));
  DocumentFilter filter{.collection = must(catalog->all_collections()).at(0).id,
                        .status = DocumentStatus::indexed,
                        .text = "",
                        .cursor = "",
                        .limit = 1};
  const auto first = must(catalog->documents(filter));
  ASSERT_EQ(first.items.size(), 1u);
  filter.cursor = first.next_cursor;
  const auto second = must(catalog->documents(filter));
  ASSERT_EQ(second.items.size(), 1u);
  EXPECT_LT(first.items[0].external_id, second.items[0].external_id);
  EXPECT_EQ(second.next_cursor, "");
}

TEST_F(Migration, TellsOnlyWhatChangesAfterIt) {
  make_version_1();
  const auto catalog = must(open_catalog(folder.path(), clock));
  EXPECT_EQ(must(catalog->last_change()), 0u);
  EXPECT_TRUE(must(catalog->changes({.after = 0, .tenant = {}, .limit = 10})).items.empty());
  must(catalog->claim({.node = NodeId("node"), .types = {"ingest"}, .limit = 5}));
  EXPECT_EQ(must(catalog->changes({.after = 0, .tenant = {}, .limit = 10})).items.size(), 1u);
}

TEST_F(Migration, IsDoneForAReaderToo) {
  make_version_1();
  const auto reader = must(open_catalog(folder.path(), clock, SqliteAccess::read));
  EXPECT_EQ(must(reader->all_collections()).size(), 1u);
}

TEST_F(Migration, WaitsForTheProcessThatHasTheFolder) {
  make_version_1();
  const auto old_cairn = must(sqlite::FolderLock::acquire(folder.path()));
  const auto refused = open_catalog(folder.path(), clock, SqliteAccess::read);
  ASSERT_TRUE(fails_with(ErrorKind::unavailable, refused));
  EXPECT_THAT(refused.error().message, HasSubstr("from an older cairn"));
  EXPECT_THAT(refused.error().message, HasSubstr("wait for it or stop it"));
}

}  // namespace
}  // namespace cairn::testing
