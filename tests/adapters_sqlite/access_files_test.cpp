#include <signal.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include "adapters/sqlite/access_store.h"
#include "adapters_sqlite/open_catalog.h"
#include "contract/expect_result.h"
#include "contract/temporary_folder.h"

// The file of the access store: who may read it, and how processes share it.

namespace cairn::testing {
namespace {

namespace fs = std::filesystem;

class AccessFiles : public ::testing::Test {
 protected:
  TemporaryFolder folder;
  ManualClock clock;

  Result<std::unique_ptr<AccessStore>> open(const fs::path& in) {
    return open_sqlite_access_store({.folder = in, .clock = &clock});
  }
  Result<std::unique_ptr<AccessStore>> open() { return open(folder.path()); }

  static NewKey key(const std::string& id) {
    NewKey wanted;
    wanted.key.id = KeyId(id);
    wanted.key.scopes = {Scope::query};
    wanted.hash = Sha256::of(as_bytes(id));
    return wanted;
  }
  static void expect_private(const fs::path& file) {
    EXPECT_EQ(fs::status(file).permissions(), fs::perms::owner_read | fs::perms::owner_write) << file;
  }
  static void execute(const fs::path& file, const std::string& sql) {
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open(file.c_str(), &database), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(database);
  }
};

TEST_F(AccessFiles, OnlyTheOwnerMayReadTheFileItsJournalAndItsCopies) {
  const auto store = must(open());
  must(store->create_key(key("a")));
  must(store->copy_to((folder.path() / "copy.sqlite").string()));
  for (const auto& entry : fs::directory_iterator(folder.path())) expect_private(entry.path());
}

TEST_F(AccessFiles, ACopyHoldsEverythingAndReplacesOnlyByAWholeOne) {
  const auto store = must(open());
  must(store->create_key(key("a")));
  const fs::path other = folder.path() / "other";
  fs::create_directory(other);
  must(store->copy_to((other / "access.sqlite").string()));
  must(store->create_key(key("b")));
  EXPECT_EQ(must(must(open(other))->keys(local_tenant, "", 10)).items.size(), 1u);
  EXPECT_FALSE(store->copy_to((folder.path() / "missing" / "x").string()).has_value());
}

TEST_F(AccessFiles, KeysAreMadeBesideAProcessThatHoldsTheFoldersLock) {
  const auto catalog = must(open_catalog(folder.path(), clock));
  const auto server = must(open());
  const auto before = must(server->generation());
  const pid_t child = ::fork();
  if (child == 0) {
    const auto store = open();
    ::_exit(store && (*store)->create_key(key("made by the child")) ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_EQ(status, 0);
  EXPECT_NE(must(server->generation()), before);
  EXPECT_EQ(must(server->state()).keys.size(), 1u);
}

TEST_F(AccessFiles, AProcessKilledInTheMiddleOfAChangeLeavesAWholeStore) {
  const auto server = must(open());
  for (int round = 0; round < 5; ++round) {
    int ready[2];
    ASSERT_EQ(::pipe(ready), 0);
    const pid_t child = ::fork();
    if (child == 0) {
      const auto store = must(open());
      for (int i = 0;; ++i) {
        must(store->create_key(key(std::to_string(round) + "." + std::to_string(i))));
        if (::write(ready[1], "x", 1) != 1) ::_exit(1);
      }
    }
    char byte = 0;
    for (int i = 0; i < 3; ++i) ASSERT_EQ(::read(ready[0], &byte, 1), 1);
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    ::close(ready[0]);
    ::close(ready[1]);
    EXPECT_EQ(must(server->state()).generation, must(server->generation()));
    EXPECT_GE(must(server->state()).keys.size(), 3u * (round + 1));
    must(server->create_key(key("after " + std::to_string(round))));
  }
}

TEST_F(AccessFiles, AStoreOfANewerCairnIsRefusedWithAReason) {
  must(open());
  execute(folder.path() / "access.sqlite", "PRAGMA user_version = 99");
  const auto refused = open();
  ASSERT_TRUE(fails_with(ErrorKind::unsupported, refused));
  EXPECT_NE(refused.error().message.find("update cairn"), std::string::npos);
}

TEST_F(AccessFiles, AFolderThatCannotBeMadeIsNamed) {
  const auto refused = open("/proc/no/such");
  ASSERT_TRUE(fails_with(ErrorKind::unavailable, refused));
  EXPECT_NE(refused.error().message.find("/proc/no"), std::string::npos);
}

}  // namespace
}  // namespace cairn::testing
