#include "api/cli/sources.h"

#include <gtest/gtest.h>

#include <fstream>

namespace cairn::cli {
namespace {

namespace fs = std::filesystem;

class SourcesTest : public testing::Test {
 protected:
  SourcesTest()
      : folder_(fs::path(testing::TempDir()) / testing::UnitTest::GetInstance()->current_test_info()->name()) {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  ~SourcesTest() override { fs::remove_all(folder_); }

  void write(const fs::path& name, const std::string& content = "x") {
    fs::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name) << content;
  }

  /// External ids of all documents, in order; the error's message in the place where one occurs.
  std::vector<std::string> ids(const std::vector<fs::path>& paths, const std::string& format = "auto") {
    auto sources = PathSources::open(paths, format, folder_ / "store");
    if (!sources) return {"error: " + sources.error().message};
    std::vector<std::string> found;
    for (;;) {
      auto source = (*sources)->next();
      if (!source) {
        found.push_back("error: " + source.error().message);
        return found;
      }
      if (!*source) return found;
      found.push_back((*source)->external_id + ((*source)->problem.empty() ? "" : ": " + (*source)->problem));
    }
  }

  fs::path folder_;
};

TEST_F(SourcesTest, FoldersAreWalkedByNameWithoutHiddenEntries) {
  write("b.txt");
  write("a/z.txt");
  write("a/.hidden");
  write(".git/config");
  const std::string root = folder_.string();
  EXPECT_EQ(ids({folder_}), (std::vector<std::string>{root + "/a/z.txt", root + "/b.txt"}));
}

TEST_F(SourcesTest, TheStoreItselfIsNotADocument) {
  write("a.txt");
  write("store/catalog.sqlite");
  EXPECT_EQ(ids({folder_}), (std::vector<std::string>{(folder_ / "a.txt").string()}));
}

TEST_F(SourcesTest, AFileKeepsThePathThatWasGiven) {
  write("a.txt");
  EXPECT_EQ(ids({folder_ / "." / "a.txt"}), (std::vector<std::string>{(folder_ / "." / "a.txt").string()}));
}

TEST_F(SourcesTest, LoopsOfLinksEnd) {
  write("a/b.txt");
  fs::create_directory_symlink(folder_, folder_ / "a/loop");
  EXPECT_EQ(ids({folder_}).size(), 1u);
}

TEST_F(SourcesTest, ABeirFolderGivesTheDocumentsOfItsCorpus) {
  write("corpus.jsonl", "{\"_id\":\"7\",\"title\":\"T\",\"text\":\"body\"}\n\n{\"_id\":\"8\",\"text\":\"\"}\n");
  write("queries.jsonl", "{\"_id\":\"q\",\"text\":\"?\"}\n");
  EXPECT_EQ(ids({folder_}), (std::vector<std::string>{"7", "8"}));
  auto sources = PathSources::open({folder_}, "beir", folder_ / "store");
  ASSERT_TRUE(sources);
  EXPECT_EQ((*sources)->total(), 2u);
  const auto first = (*sources)->next();
  ASSERT_TRUE(first && *first);
  EXPECT_EQ((*first)->facts.title, "T");
  EXPECT_EQ(std::get<std::string>((*first)->content), "body");
}

TEST_F(SourcesTest, AJsonLinesFileOfOtherThingsIsAFile) {
  write("log.jsonl", "{\"level\":\"info\"}\n");
  write("docs.jsonl", "{\"external_id\":\"x\",\"text\":\"body\",\"metadata\":{\"year\":2020},\"acl\":[\"group:a\"]}\n");
  EXPECT_EQ(ids({folder_}), (std::vector<std::string>{"x", (folder_ / "log.jsonl").string()}));
}

TEST_F(SourcesTest, ABrokenLineIsNamedByFileAndNumber) {
  write("docs.jsonl", "{\"_id\":\"1\",\"text\":\"a\"}\n\r\n{\"_id\":\"2\"}\n{\"_id\":\"3\",\"text\":\"c\"}\r\n");
  const auto found = ids({folder_ / "docs.jsonl"});
  ASSERT_EQ(found.size(), 3u);
  EXPECT_NE(found[1].find("docs.jsonl line 3: this is no document"), std::string::npos) << found[1];
}

TEST_F(SourcesTest, WhatIsNotThereIsAnErrorThatNamesIt) {
  EXPECT_NE(ids({folder_ / "nowhere"})[0].find("nowhere"), std::string::npos);
  EXPECT_NE(ids({folder_}, "beir")[0].find("corpus.jsonl"), std::string::npos);
}

}  // namespace
}  // namespace cairn::cli
