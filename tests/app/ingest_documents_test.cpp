#include "app/ingest_documents.h"

#include <gmock/gmock.h>

#include <fstream>

#include "app/read_source.h"
#include "app/test_store.h"

namespace cairn {
namespace {

using ::testing::ElementsAre;
using testing::fails_with;
using testing::from_list;
using ::testing::HasSubstr;
using testing::must;
using ::testing::SizeIs;
using testing::TemporaryFolder;
using testing::TestStore;

void write(const std::filesystem::path& path, std::string_view text) { std::ofstream(path, std::ios::binary) << text; }

struct Outcomes {
  std::vector<IngestedSource> list;
  std::function<void(const IngestedSource&)> sink() {
    return [this](const IngestedSource& source) { list.push_back(source); };
  }
};

std::size_t blob_count(const TestStore& store) {
  std::size_t count = 0;
  must(store.blobs->list([&](const BlobInfo&) { return ++count > 0; }));
  return count;
}

TEST(IngestDocuments, StoresFilesAndQueuesThem) {
  TestStore store;
  const TemporaryFolder folder;
  write(folder.path() / "a.txt", "some words");
  Outcomes outcomes;
  const IngestReport report = must(
      ingest_documents(*store.catalog, *store.blobs, {.collection = store.collection.id, .on_source = outcomes.sink()},
                       from_list({{.external_id = "a.txt", .facts = {}, .content = folder.path() / "a.txt"}}), {}));
  EXPECT_EQ(report.registered, 1U);
  EXPECT_EQ(report.bytes, 10U);
  ASSERT_THAT(outcomes.list, SizeIs(1));
  EXPECT_FALSE(outcomes.list[0].registration.task.empty());
  EXPECT_EQ(as_text(must(store.blobs->open(outcomes.list[0].content_hash)).bytes()), "some words");
}

TEST(IngestDocuments, LeavesUnchangedFilesAlone) {
  TestStore store;
  store.ingest("a", "some words");
  store.work();
  const std::size_t blobs = blob_count(store);
  const IngestReport again = store.ingest("a", "some words");
  EXPECT_EQ(again.unchanged, 1U);
  EXPECT_EQ(again.registered, 0U);
  EXPECT_EQ(store.work().indexed, 0U);
  EXPECT_EQ(blob_count(store), blobs);
}

TEST(IngestDocuments, TriesAFailedDocumentAgain) {
  TestStore store;
  store.ingest("a", "broken");
  store.work();
  EXPECT_EQ(store.ingest("a", "broken").registered, 1U);
  EXPECT_EQ(store.work().failed, 1U);
}

TEST(IngestDocuments, GivesANewVersionForNewFacts) {
  TestStore store;
  store.ingest("a", "some words");
  store.work();
  store.ingest({{.external_id = "a", .facts = {.acl = {"group:x"}}, .content = std::string("some words")}});
  EXPECT_EQ(store.document("a").version, 2U);
}

TEST(IngestDocuments, ReportsSourcesThatCannotBeReadAndGoesOn) {
  TestStore store;
  const TemporaryFolder folder;
  write(folder.path() / "good", "words");
  Outcomes outcomes;
  const IngestReport report = must(
      ingest_documents(*store.catalog, *store.blobs, {.collection = store.collection.id, .on_source = outcomes.sink()},
                       from_list({{.external_id = "gone", .facts = {}, .content = folder.path() / "gone"},
                                  {.external_id = "folder", .facts = {}, .content = folder.path()},
                                  {.external_id = "", .facts = {}, .content = std::string("x")},
                                  {.external_id = "acl", .facts = {.acl = {"*"}}, .content = std::string("x")},
                                  {.external_id = "good", .facts = {}, .content = folder.path() / "good"}}),
                       {}));
  EXPECT_EQ(report.failed, 4U);
  EXPECT_EQ(report.registered, 1U);
  ASSERT_THAT(outcomes.list, SizeIs(5));
  EXPECT_THAT(outcomes.list[0].error, HasSubstr("does not exist"));
  EXPECT_THAT(outcomes.list[1].error, HasSubstr("not a regular file"));
  EXPECT_THAT(outcomes.list[2].error, HasSubstr("empty"));
  EXPECT_THAT(outcomes.list[3].error, HasSubstr("ACL"));
  EXPECT_EQ(outcomes.list[4].error, "");
}

TEST(IngestDocuments, RegistersWhatCameBeforeAnErrorOfTheSource) {
  TestStore store;
  bool first = true;
  const IngestSources sources = [&]() -> Result<std::optional<IngestSource>> {
    if (std::exchange(first, false))
      return IngestSource{.external_id = "a", .facts = {}, .content = std::string("words")};
    return fail(ErrorKind::invalid, "line 2 is not JSON");
  };
  EXPECT_TRUE(fails_with(ErrorKind::invalid, ingest_documents(*store.catalog, *store.blobs,
                                                              {.collection = store.collection.id}, sources, {})));
  EXPECT_EQ(store.work().indexed, 1U);
}

TEST(IngestDocuments, TakesManyDocumentsInBatches) {
  TestStore store;
  std::vector<IngestSource> sources;
  for (int i = 0; i < 2'500; ++i)
    sources.push_back({.external_id = std::to_string(i), .facts = {}, .content = std::to_string(i)});
  EXPECT_EQ(store.ingest(std::move(sources)).registered, 2'500U);
}

TEST(IngestDocuments, StopsWhenCancelled) {
  TestStore store;
  const CancelToken cancelled;
  cancelled.cancel();
  EXPECT_TRUE(fails_with(
      ErrorKind::cancelled,
      ingest_documents(*store.catalog, *store.blobs, {.collection = store.collection.id}, from_list({}), cancelled)));
}

TEST(ReadFile, NoticesThatAFileChangesWhileItIsRead) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "log";
  write(path, "first line\n");
  const auto result = read_file(path, [&](Bytes) -> Result<void> {
    std::ofstream(path, std::ios::app) << "another line\n";
    return {};
  });
  EXPECT_TRUE(fails_with(ErrorKind::conflict, result));
}

TEST(ReadFile, ReadsWhatIsLongerThanOnePiece) {
  const TemporaryFolder folder;
  const std::string text(1'000'000, 'x');
  write(folder.path() / "long", text);
  std::string read;
  EXPECT_EQ(must(read_file(folder.path() / "long",
                           [&](Bytes piece) -> Result<void> {
                             read += as_text(piece);
                             return {};
                           })),
            text.size());
  EXPECT_EQ(read, text);
}

TEST(ExternalIdOf, IsThePathWhereThatIsText) { EXPECT_EQ(external_id_of("a dir/文件\n.txt"), "a dir/文件\n.txt"); }

TEST(ExternalIdOf, WritesOtherBytesSoThatNoTwoNamesMeet) {
  EXPECT_EQ(external_id_of("caf\xe9.txt"), "caf\\xE9.txt");
  EXPECT_EQ(external_id_of("\xff\xe4\xb8\xad\xe4"), "\\xFF中\\xE4");
}

}  // namespace
}  // namespace cairn
