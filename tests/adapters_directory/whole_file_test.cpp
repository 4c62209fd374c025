#include "adapters/directory/whole_file.h"

#include <gtest/gtest.h>

#include <fstream>

#include "contract/expect_result.h"
#include "contract/temporary_folder.h"

namespace cairn::directory {
namespace {

using testing::fails_with;
using testing::must;

class WholeFiles : public ::testing::Test {
 protected:
  std::filesystem::path path() const { return folder.path() / "bundle"; }
  std::filesystem::path partial() const { return folder.path() / "bundle.partial"; }
  static void write(const std::filesystem::path& file, const std::string& text) { std::ofstream(file) << text; }
  static std::string read(const std::filesystem::path& file) {
    return std::string(as_text(must(map_whole_file(file)).bytes()));
  }

  testing::TemporaryFolder folder;
};

TEST_F(WholeFiles, AppearWhenTheyAreFinished) {
  const auto file = must(WholeFile::create(path()));
  must(file->append(as_bytes("one ")));
  must(file->append(as_bytes("two")));
  EXPECT_FALSE(std::filesystem::exists(path()));
  must(file->finish());
  EXPECT_EQ(read(path()), "one two");
  EXPECT_FALSE(std::filesystem::exists(partial()));
}

TEST_F(WholeFiles, LeaveNothingBehindUnfinished) {
  must(must(WholeFile::create(path()))->append(as_bytes(std::string(3'000'000, 'x'))));
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST_F(WholeFiles, StartAgainWithoutWhatWasWritten) {
  const auto file = must(WholeFile::create(path()));
  must(file->append(as_bytes(std::string(3'000'000, 'x'))));
  must(file->restart());
  must(file->append(as_bytes("new")));
  must(file->finish());
  EXPECT_EQ(read(path()), "new");
}

TEST_F(WholeFiles, ReplaceNothing) {
  write(path(), "mine");
  EXPECT_TRUE(fails_with(ErrorKind::conflict, WholeFile::create(path())));
  std::filesystem::remove(path());
  const auto file = must(WholeFile::create(path()));
  write(path(), "made meanwhile");
  EXPECT_TRUE(fails_with(ErrorKind::conflict, file->finish()));
  EXPECT_EQ(read(path()), "made meanwhile");
}

TEST_F(WholeFiles, AreWrittenByOneAtATime) {
  const auto first = must(WholeFile::create(path()));
  EXPECT_TRUE(fails_with(ErrorKind::conflict, WholeFile::create(path())));
  must(first->append(as_bytes("first")));
  must(first->finish());
  EXPECT_EQ(read(path()), "first");
}

TEST_F(WholeFiles, GoOverWhatAKilledProcessLeft) {
  write(partial(), std::string(100'000, 'x'));
  const auto file = must(WholeFile::create(path()));
  must(file->append(as_bytes("new")));
  must(file->finish());
  EXPECT_EQ(read(path()), "new");
}

TEST_F(WholeFiles, OnlyFilesAreMapped) {
  EXPECT_TRUE(fails_with(ErrorKind::not_found, map_whole_file(path())));
  EXPECT_TRUE(fails_with(ErrorKind::invalid, map_whole_file(folder.path())));
  EXPECT_TRUE(fails_with(ErrorKind::invalid, map_whole_file("/dev/null")));
  write(path(), "");
  EXPECT_EQ(read(path()), "");
}

}  // namespace
}  // namespace cairn::directory
