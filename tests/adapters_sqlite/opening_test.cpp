#include <gmock/gmock.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "adapters_sqlite/open_catalog.h"
#include "contract/expect_result.h"
#include "contract/own_file_system.h"
#include "contract/temporary_folder.h"

// Who may open a data folder, and what they are told when they may not.

namespace cairn::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class Opening : public ::testing::Test {
 protected:
  TemporaryFolder folder;
  ManualClock clock;

  Result<std::unique_ptr<Catalog>> open(SqliteAccess access = SqliteAccess::write) {
    return open_catalog(folder.path(), clock, access);
  }
  static void create_collection(Catalog& catalog, const std::string& name) {
    Collection wanted;
    wanted.tenant = local_tenant;
    wanted.name = name;
    must(catalog.create_collection(wanted));
  }
  void set_version(int version) {
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open((folder.path() / "catalog.sqlite").c_str(), &database), SQLITE_OK);
    const std::string sql = "PRAGMA user_version = " + std::to_string(version);
    EXPECT_EQ(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(database);
  }
};

TEST_F(Opening, ASecondWriterIsToldWhoHoldsTheFolder) {
  const auto first = must(open());
  const auto second = open();
  ASSERT_TRUE(fails_with(ErrorKind::unavailable, second));
  EXPECT_THAT(second.error().message,
              HasSubstr("another cairn process (pid " + std::to_string(::getpid()) + ") is writing to"));
  EXPECT_THAT(second.error().message, HasSubstr("wait for it or stop it"));
}

TEST_F(Opening, TheFolderIsFreeAgainWhenItsWriterWasKilled) {
  const pid_t child = ::fork();
  if (child == 0) {
    const auto catalog = must(open());
    create_collection(*catalog, "made by the child");
    ::raise(SIGKILL);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status));
  const auto catalog = must(open());
  EXPECT_TRUE(catalog->collection(local_tenant, "made by the child"));
}

TEST_F(Opening, ReadersSeeWhatAWriterCommitsMeanwhileAndAfterwards) {
  auto writer = must(open());
  create_collection(*writer, "early");
  const auto reader = must(open(SqliteAccess::read));
  EXPECT_TRUE(reader->collection(local_tenant, "early"));
  create_collection(*writer, "late");
  EXPECT_TRUE(reader->collection(local_tenant, "late"));
  writer.reset();
  EXPECT_EQ(must(reader->all_collections()).size(), 2u);
  EXPECT_EQ(must(must(open(SqliteAccess::read))->all_collections()).size(), 2u);
  EXPECT_TRUE(must(open(SqliteAccess::write))->verify());
}

TEST_F(Opening, AReaderChangesNothing) {
  create_collection(*must(open()), "papers");
  const auto reader = must(open(SqliteAccess::read));
  EXPECT_TRUE(fails_with(ErrorKind::forbidden, reader->set_setting("a", "b")));
  EXPECT_TRUE(fails_with(ErrorKind::forbidden, reader->claim({.node = NodeId("n"), .types = {}, .limit = 1})));
}

TEST_F(Opening, AReaderIsToldWhenThereIsNothingYet) {
  EXPECT_TRUE(fails_with(ErrorKind::not_found, open(SqliteAccess::read)));
  EXPECT_TRUE(fs::is_empty(folder.path()));
  EXPECT_TRUE(fails_with(ErrorKind::not_found, open_catalog(folder.path() / "missing", clock, SqliteAccess::read)));
  std::ofstream(folder.path() / "catalog.sqlite");  // A writer has just begun.
  EXPECT_TRUE(fails_with(ErrorKind::not_found, open(SqliteAccess::read)));
}

TEST_F(Opening, AMissingFolderIsMadeForAWriter) {
  const fs::path deep = folder.path() / "a" / "b %41 ?x#y";
  create_collection(*must(open_catalog(deep, clock)), "papers");
  EXPECT_TRUE(fs::exists(deep / "catalog.sqlite"));
  EXPECT_EQ(must(must(open_catalog(deep, clock, SqliteAccess::read))->all_collections()).size(), 1u);
}

TEST_F(Opening, ACatalogOfANewerCairnIsRefusedAndLeftAlone) {
  create_collection(*must(open()), "papers");
  set_version(99);
  for (const SqliteAccess access : {SqliteAccess::write, SqliteAccess::read}) {
    const auto refused = open(access);
    ASSERT_TRUE(fails_with(ErrorKind::unsupported, refused));
    EXPECT_THAT(refused.error().message, HasSubstr("newer cairn"));
  }
  set_version(2);
  EXPECT_TRUE(must(open())->collection(local_tenant, "papers"));
}

TEST_F(Opening, AFileThatIsNoCatalogIsCorrupt) {
  std::ofstream(folder.path() / "catalog.sqlite") << std::string(10'000, 'x');
  EXPECT_TRUE(fails_with(ErrorKind::corrupt, open()));
  EXPECT_TRUE(fails_with(ErrorKind::corrupt, open(SqliteAccess::read)));
}

TEST_F(Opening, AReadOnlyFolderCanBeReadUnlessItsWriterWasKilled) {
  const auto outcome = with_own_file_system(folder.path(), "size=8m", [&] {
    create_collection(*must(open()), "papers");
    if (!make_read_only(folder.path())) return false;
    const auto reader = must(open(SqliteAccess::read));
    const auto writer = open();
    return reader->collection(local_tenant, "papers") && !writer && writer.error().kind == ErrorKind::unavailable &&
           writer.error().message.find("read-only") != std::string::npos;
  });
  if (outcome == OwnFileSystem::not_possible_here) GTEST_SKIP() << "a file system of its own cannot be mounted here";
  EXPECT_EQ(outcome, OwnFileSystem::passed);
}

TEST_F(Opening, AReadOnlyFolderWithCommitsInItsLogIsRefusedWithAdvice) {
  const auto outcome = with_own_file_system(folder.path(), "size=8m", [&] {
    const pid_t killed = ::fork();
    if (killed == 0) {
      const auto catalog = must(open());
      create_collection(*catalog, "papers");
      ::raise(SIGKILL);
    }
    ::waitpid(killed, nullptr, 0);
    fs::remove(folder.path() / "catalog.sqlite-shm");  // As when the folder was copied without it.
    if (!make_read_only(folder.path())) return false;
    const auto reader = open(SqliteAccess::read);
    if (reader) return reader.value()->collection(local_tenant, "papers").has_value();
    return reader.error().kind == ErrorKind::unavailable &&
           reader.error().message.find("writable") != std::string::npos;
  });
  if (outcome == OwnFileSystem::not_possible_here) GTEST_SKIP() << "a file system of its own cannot be mounted here";
  EXPECT_EQ(outcome, OwnFileSystem::passed);
}

TEST_F(Opening, AFullDiskRefusesTheCommitKeepsTheRestAndHeals) {
  const auto outcome = with_own_file_system(folder.path(), "size=3m", [&] {
    const auto catalog = must(open());
    create_collection(*catalog, "papers");
    const fs::path ballast = folder.path() / "ballast";
    std::ofstream(ballast) << std::string(2'000'000, 'x');
    const auto refused = catalog->set_setting("large", std::string(1'500'000, 'x'));
    if (refused || refused.error().kind != ErrorKind::unavailable) return false;
    if (!catalog->collection(local_tenant, "papers") || must(catalog->setting("large")) != "") return false;
    fs::remove(ballast);
    return catalog->set_setting("small", "value") && must(catalog->verify()).empty();
  });
  if (outcome == OwnFileSystem::not_possible_here) GTEST_SKIP() << "a file system of its own cannot be mounted here";
  EXPECT_EQ(outcome, OwnFileSystem::passed);
}

}  // namespace
}  // namespace cairn::testing
