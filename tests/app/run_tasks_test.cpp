#include "app/run_tasks.h"

#include <gmock/gmock.h>

#include <mutex>
#include <thread>

#include "app/test_store.h"

namespace cairn {
namespace {

using testing::fails_with;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Key;
using testing::must;
using testing::TestStore;
using ::testing::UnorderedElementsAre;

TEST(RunTasks, MakesARegisteredDocumentSearchable) {
  TestStore store;
  store.ingest("a.txt", "the quick brown fox\njumps over the lazy dog");
  const WorkerReport report = store.work();

  EXPECT_EQ(report.indexed, 1U);
  const Document document = store.document("a.txt");
  EXPECT_EQ(document.status, DocumentStatus::indexed);
  EXPECT_EQ(document.indexed_version, 1U);
  EXPECT_EQ(document.pages, 1U);
  EXPECT_GT(document.chunks, 0U);
  EXPECT_GT(document.tokens, 0U);
  const auto live = store.live();
  ASSERT_THAT(live, UnorderedElementsAre(Key("a.txt")));
  EXPECT_EQ(live.at("a.txt").text, "the quick brown fox\njumps over the lazy dog");
  EXPECT_EQ(live.at("a.txt").chunks, document.chunks);
}

TEST(RunTasks, CommitsManyDocumentsInFewBatches) {
  TestStore store;
  std::vector<IngestSource> sources;
  for (int i = 0; i < 300; ++i)
    sources.push_back(
        {.external_id = std::to_string(i), .facts = {}, .content = std::string("document ") + std::to_string(i)});
  store.ingest(std::move(sources));
  const WorkerReport report = store.work();
  EXPECT_EQ(report.indexed, 300U);
  EXPECT_LE(report.commits, 3U);
  EXPECT_EQ(store.live().size(), 300U);
}

TEST(RunTasks, ReplacesTheOldVersionInTheSameManifestThatBringsTheNew) {
  TestStore store;
  store.ingest("a.txt", "old words");
  store.work();
  store.ingest("a.txt", "new words");
  EXPECT_EQ(store.live().at("a.txt").text, "old words");  // Until the new one is indexed.
  store.work();
  EXPECT_EQ(store.live(), (std::map<std::string, testing::LiveDocument>{{"a.txt", {2, "new words", 1}}}));
}

TEST(RunTasks, DeletesADocumentWithItsRow) {
  TestStore store;
  store.ingest("a.txt", "some words");
  store.ingest("b.txt", "other words");
  store.work();
  must(store.catalog->request_deletion(document_id(store.collection.id, "a.txt"), default_priority));
  EXPECT_EQ(store.work().deleted, 1U);
  EXPECT_THAT(store.live(), UnorderedElementsAre(Key("b.txt")));
  EXPECT_TRUE(fails_with(ErrorKind::not_found, store.catalog->document(document_id(store.collection.id, "a.txt"))));
}

TEST(RunTasks, IndexesWhatWasDeletedAndComesBackTheSame) {
  TestStore store;
  for (int round = 0; round < 3; ++round) {
    store.ingest("a.txt", "some words");
    store.work();
    EXPECT_THAT(store.live(), UnorderedElementsAre(Key("a.txt"))) << round;
    must(store.catalog->request_deletion(document_id(store.collection.id, "a.txt"), default_priority));
    store.work();
    EXPECT_THAT(store.live(), IsEmpty()) << round;
  }
}

TEST(RunTasks, FailsOneBrokenDocumentAloneWithAReason) {
  TestStore store;
  store.ingest("bad.bin", "broken");
  store.ingest("good.txt", "good words");
  std::vector<std::string> failures;
  const WorkerReport report = store.work({.on_outcome = [&](const TaskOutcome& outcome) {
    if (outcome.status == TaskStatus::failed) failures.push_back(outcome.external_id + ": " + outcome.error);
  }});
  EXPECT_EQ(report.indexed, 1U);
  EXPECT_EQ(report.failed, 1U);
  EXPECT_EQ(failures, std::vector<std::string>{"bad.bin: the file is broken: save it again"});
  EXPECT_EQ(store.document("bad.bin").status, DocumentStatus::failed);
  EXPECT_EQ(store.document("bad.bin").error, "the file is broken: save it again");
  EXPECT_THAT(store.live(), UnorderedElementsAre(Key("good.txt")));
}

TEST(RunTasks, FailsADocumentWhoseStoredBytesAreDamaged) {
  TestStore store;
  store.ingest("a.txt", "some words");
  const std::string name = store.document("a.txt").content_hash.value();
  for (const auto& entry : std::filesystem::recursive_directory_iterator(store.folder.path())) {
    if (entry.path().filename() != name) continue;
    std::filesystem::permissions(entry.path(), std::filesystem::perms::owner_all);
    std::FILE* file = std::fopen(entry.path().c_str(), "r+b");
    std::fputc('S', file);
    std::fclose(file);
  }
  store.work();
  EXPECT_EQ(store.document("a.txt").status, DocumentStatus::failed);
  EXPECT_THAT(store.document("a.txt").error, HasSubstr("damaged"));
}

TEST(RunTasks, TriesAgainLaterWhatMayPass) {
  TestStore store;
  std::atomic<int> calls = 0;
  store.extractor.before_extracting = [&](std::string_view, const CancelToken&) -> Result<void> {
    if (++calls < 3) return fail(ErrorKind::unavailable, "the extraction program cannot run");
    return {};
  };
  store.ingest("a.txt", "some words");
  const WorkerReport report = store.work({.on_outcome = [&](const TaskOutcome& outcome) {
    if (outcome.status == TaskStatus::queued) store.clock.advance(store.options.retry_delay * 16);
  }});
  EXPECT_EQ(calls, 3);
  EXPECT_EQ(report.indexed, 1U);
}

TEST(RunTasks, GivesUpAfterThreeAttempts) {
  TestStore store;
  std::atomic<int> calls = 0;
  store.extractor.before_extracting = [&](std::string_view, const CancelToken&) -> Result<void> {
    ++calls;
    return fail(ErrorKind::unavailable, "the extraction program cannot run");
  };
  store.ingest("a.txt", "some words");
  const WorkerReport report = store.work({.on_outcome = [&](const TaskOutcome& outcome) {
    if (outcome.status == TaskStatus::queued) store.clock.advance(store.options.retry_delay * 16);
  }});
  EXPECT_EQ(calls, static_cast<int>(max_attempts));
  EXPECT_EQ(report.failed, 1U);
  EXPECT_EQ(store.document("a.txt").error, "the extraction program cannot run");
}

TEST(RunTasks, EmbedsEachLanguageWithItsOwnModel) {
  TestStore store;
  store.embedders.add("chinese", {"zh"});
  store.ingest({{.external_id = "en", .facts = {.language = "en"}, .content = std::string("some words")},
                {.external_id = "zh", .facts = {.language = "zh-Hant"}, .content = std::string("一些文字")}});
  store.work();
  std::vector<std::string> models;
  for (const SegmentRecord& segment : store.manifest().segments) models.push_back(segment.model);
  EXPECT_THAT(models, UnorderedElementsAre("fake", "chinese"));
}

TEST(RunTasks, FailsOnlyTheDocumentThatTheModelRefuses) {
  TestStore store;
  testing::FakeEmbedder& picky = store.embedders.add("picky", {"xx"});
  picky.before_embedding = [](std::span<const std::string_view> texts, const CancelToken&) -> Result<void> {
    for (const std::string_view text : texts)
      if (text.find("unspeakable") != text.npos) return fail(ErrorKind::invalid, "the model refuses this text");
    return {};
  };
  store.ingest({{.external_id = "1", .facts = {.language = "xx"}, .content = std::string("one")},
                {.external_id = "2", .facts = {.language = "xx"}, .content = std::string("unspeakable")},
                {.external_id = "3", .facts = {.language = "xx"}, .content = std::string("three")}});
  store.work();
  EXPECT_THAT(store.live(), UnorderedElementsAre(Key("1"), Key("3")));
  EXPECT_EQ(store.document("2").error, "the model refuses this text");
}

TEST(RunTasks, SaysWhichModelIsMissing) {
  TestStore store;
  store.collection = must(
      store.catalog->create_collection({.tenant = local_tenant, .name = "other", .embedding_model = "no-such-model"}));
  store.ingest("a.txt", "some words");
  store.work({.on_outcome = [&](const TaskOutcome&) { store.clock.advance(store.options.retry_delay * 16); }});
  EXPECT_THAT(store.document("a.txt").error, HasSubstr("no-such-model"));
}

TEST(RunTasks, EmbedsNothingWithAnotherModelInPlaceOfABrokenOne) {
  TestStore store;
  store.embedders.broken_models = {{.id = "chinese", .reason = "model file chinese is damaged: import it again"}};
  store.ingest("a.txt", "some words");
  store.work({.on_outcome = [&](const TaskOutcome&) { store.clock.advance(store.options.retry_delay * 16); }});
  EXPECT_EQ(store.document("a.txt").error, "model file chinese is damaged: import it again");
  EXPECT_THAT(store.live(), IsEmpty());

  store.collection =
      must(store.catalog->create_collection({.tenant = local_tenant, .name = "other", .embedding_model = "fake"}));
  store.ingest("a.txt", "some words");
  EXPECT_EQ(store.work().indexed, 1U);
}

TEST(RunTasks, CommitsNothingOfATaskCancelledWhileItRuns) {
  TestStore store;
  store.options.heartbeat = std::chrono::milliseconds(2);
  store.extractor.before_extracting = [&](std::string_view content, const CancelToken& cancel) -> Result<void> {
    if (content != "slow words") return {};
    must(store.catalog->cancel_task(
        must(store.catalog->tasks({.tenant = local_tenant, .status = TaskStatus::running})).items.front().id));
    while (!cancel.cancelled()) std::this_thread::yield();  // The heartbeat must reach us.
    return {};
  };
  store.ingest("slow.txt", "slow words");
  const WorkerReport report = store.work();
  EXPECT_EQ(report.indexed, 0U);
  EXPECT_THAT(store.live(), IsEmpty());
  EXPECT_EQ(store.document("slow.txt").status, DocumentStatus::failed);
}

TEST(RunTasks, DropsAVersionThatWasReplacedWhileItWasEmbedded) {
  TestStore store;
  testing::FakeEmbedder& embedder = store.embedders.add("slow", {"xx"});
  std::once_flag once;
  embedder.before_embedding = [&](std::span<const std::string_view>, const CancelToken&) -> Result<void> {
    std::call_once(once, [&] {
      store.ingest({{.external_id = "a", .facts = {.language = "xx"}, .content = std::string("second version")}});
    });
    return {};
  };
  store.ingest({{.external_id = "a", .facts = {.language = "xx"}, .content = std::string("first version")}});
  store.work();
  EXPECT_EQ(store.live(), (std::map<std::string, testing::LiveDocument>{{"a", {2, "second version", 1}}}));
}

TEST(RunTasks, StopsAndHandsUnfinishedTasksBackWithoutCountingTheAttempt) {
  TestStore store;
  store.extractor.before_extracting = [&](std::string_view, const CancelToken& cancel) -> Result<void> {
    store.stop.cancel();
    while (!cancel.cancelled()) std::this_thread::yield();
    return fail(ErrorKind::cancelled, "cancelled");
  };
  store.ingest("a.txt", "some words");
  store.work();
  const Task task = must(store.catalog->tasks({.tenant = local_tenant})).items.front();
  EXPECT_EQ(task.status, TaskStatus::queued);
  EXPECT_EQ(task.attempts, 0U);

  store.extractor.before_extracting = {};
  store.stop = CancelToken();
  EXPECT_EQ(store.work().indexed, 1U);
}

TEST(RunTasks, HandsBackADocumentThatWasHalfEmbeddedWhenStopped) {
  TestStore store;
  store.options.threads = 1;
  CancelToken task;
  store.extractor.before_extracting = [&](std::string_view, const CancelToken& cancel) -> Result<void> {
    task = cancel;
    return {};
  };
  std::string text;
  for (int i = 0; i < 6'000; ++i) text += i % 20 == 19 ? "words.\n" : "many ";  // More than is embedded in one call.
  store.ingest("a.txt", std::move(text));
  const auto stop_after_first_call = [&](std::uint64_t) {
    store.stop.cancel();
    while (!task.cancelled()) std::this_thread::yield();
  };
  store.work({.on_outcome = {}, .on_embedded = stop_after_first_call, .more_to_come = {}});
  EXPECT_EQ(store.document("a.txt").error, "");
  const Task left = must(store.catalog->tasks({.tenant = local_tenant})).items.front();
  EXPECT_EQ(left.status, TaskStatus::queued);
  EXPECT_EQ(left.attempts, 0U);
}

TEST(RunTasks, TakesOverAtOnceWhatADeadWorkerLeft) {
  TestStore store;
  store.ingest("a.txt", "some words");
  must(store.catalog->claim({.node = NodeId("local"), .types = {}, .limit = 10}));
  store.open();
  EXPECT_EQ(store.work().indexed, 1U);
}

TEST(RunTasks, FailsADocumentThatKillsItsWorkerEveryTime) {
  TestStore store;
  store.ingest("a.txt", "some words");
  for (std::uint32_t i = 0; i < max_attempts; ++i) {
    store.clock.advance(std::chrono::minutes(1));
    must(store.catalog->claim({.node = NodeId("local"), .types = {}, .limit = 10}));
  }
  EXPECT_EQ(store.work().indexed, 0U);
  EXPECT_EQ(store.document("a.txt").status, DocumentStatus::failed);
}

TEST(RunTasks, LeavesToOtherNodesWhatTheyWorkOnUntilTheirLeaseRunsOut) {
  TestStore store;
  store.ingest("theirs.txt", "some words");
  must(store.catalog->claim({.node = NodeId("other"), .types = {}, .limit = 10}));
  store.ingest("ours.txt", "other words");
  std::vector<std::string> done;
  store.work({.on_outcome = [&](const TaskOutcome& outcome) {
    done.push_back(outcome.external_id);
    store.clock.advance(std::chrono::minutes(1));
  }});
  EXPECT_EQ(done, (std::vector<std::string>{"ours.txt", "theirs.txt"}));
}

TEST(RunTasks, WaitsForMoreWhileMoreIsToCome) {
  TestStore store;
  std::atomic<int> asked = 0;
  const WorkerReport report = store.work({.on_outcome = {}, .on_embedded = {}, .more_to_come = [&] {
                                            if (++asked == 1) store.ingest("late.txt", "late words");
                                            return asked < 3;
                                          }});
  EXPECT_EQ(report.indexed, 1U);
}

TEST(RunTasks, DoesWhatWasQueuedAsTheLastThingOfAll) {
  TestStore store;
  bool asked = false;
  const WorkerReport report = store.work({.on_outcome = {}, .on_embedded = {}, .more_to_come = [&] {
                                            if (!std::exchange(asked, true)) store.ingest("last.txt", "last words");
                                            return false;
                                          }});
  EXPECT_EQ(report.indexed, 1U);
}

TEST(RunTasks, KeepsTheNumberOfSegmentsSmallWhileDocumentsTrickleIn) {
  TestStore store;
  for (int i = 0; i < 40; ++i) {
    store.ingest(std::to_string(i), "words of document " + std::to_string(i));
    store.work();
  }
  EXPECT_EQ(store.live().size(), 40U);
  EXPECT_LE(store.manifest().segments.size(), 6U);
}

TEST(RunTasks, IndexesADocumentWithoutAnyText) {
  TestStore store;
  store.ingest("blank.txt", " \n ");
  store.work();
  EXPECT_EQ(store.document("blank.txt").status, DocumentStatus::indexed);
  EXPECT_EQ(store.document("blank.txt").chunks, 0U);
}

TEST(RunTasks, IndexesAnEmptyRecordThatSaysItIsPlainText) {
  TestStore store;
  store.extractor.before_extracting = [](std::string_view, const CancelToken&) -> Result<void> {
    return fail(ErrorKind::invalid, "the file is empty");
  };
  store.ingest({{.external_id = "record", .facts = {.media_type = "text/plain"}, .content = std::string()},
                {.external_id = "file", .facts = {}, .content = std::string()}});
  EXPECT_EQ(store.work().indexed, 1U);
  EXPECT_EQ(store.document("record").status, DocumentStatus::indexed);
  EXPECT_EQ(store.document("file").error, "the file is empty");
}

}  // namespace
}  // namespace cairn
