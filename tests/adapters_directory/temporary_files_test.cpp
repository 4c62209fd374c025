#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <thread>

#include "adapters/directory/directory_blob_store.h"
#include "contract/expect_result.h"
#include "contract/temporary_folder.h"

// What is left of writers that died, and what is not taken from writers that live.

namespace cairn::testing {
namespace {

namespace fs = std::filesystem;

class TemporaryFiles : public ::testing::Test {
 protected:
  TemporaryFolder folder;

  std::unique_ptr<BlobStore> open() {
    return must(open_directory_blob_store({.folder = folder.path(), .access = DirectoryAccess::write}));
  }
  std::size_t unfinished() const {
    std::size_t files = 0;
    for (const auto& entry : fs::recursive_directory_iterator(folder.path() / "tmp")) files += entry.is_regular_file();
    return files;
  }
};

const std::string large(1'000'000, 'x');  // More than a writer keeps in memory.

TEST_F(TemporaryFiles, OfADeadProcessAreRemovedWhenTheStoreIsOpened) {
  const pid_t child = ::fork();
  if (child == 0) {
    const auto store = open();
    const auto writer = must(store->create());
    must(writer->append(as_bytes(large)));
    ::_exit(0);  // Without a destructor, as if killed.
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_EQ(status, 0);
  EXPECT_EQ(unfinished(), 1u);
  const auto store = open();
  EXPECT_EQ(unfinished(), 0u);
}

TEST_F(TemporaryFiles, OfALivingWriterAreLeftAlone) {
  const auto store = open();
  const auto writer = must(store->create());
  must(writer->append(as_bytes(large)));
  const auto other = open();
  EXPECT_EQ(unfinished(), 1u);
  const BlobId id = must(writer->finish());
  EXPECT_EQ(must(other->info(id)).bytes, large.size());
}

TEST_F(TemporaryFiles, GoWhenTheStoreIsClosed) {
  {
    const auto store = open();
    const auto writer = must(store->create());
    must(writer->append(as_bytes(large)));
  }
  EXPECT_TRUE(fs::is_empty(folder.path() / "tmp"));
}

TEST_F(TemporaryFiles, SurviveStoresThatOpenAllTheTime) {
  std::jthread opener([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) open();
  });
  for (int i = 0; i < 100; ++i) {
    const auto store = open();
    const auto writer = must(store->create());
    must(writer->append(as_bytes(large)));
    EXPECT_TRUE(writer->finish());
  }
}

TEST_F(TemporaryFiles, AWriterMayOutliveItsStore) {
  std::unique_ptr<BlobWriter> writer;
  {
    const auto store = open();
    writer = must(store->create());
  }
  must(writer->append(as_bytes("late")));
  const BlobId id = must(writer->finish());
  EXPECT_TRUE(open()->info(id));
}

}  // namespace
}  // namespace cairn::testing
