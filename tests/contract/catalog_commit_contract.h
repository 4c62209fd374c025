#pragma once

#include <algorithm>

#include "contract/catalog_contract.h"

// Manifests and commits.

namespace cairn::testing {

TEST_P(CatalogContract, StartsWithTheEmptyManifestZero) {
  const Manifest manifest = must(catalog().manifest(make_collection().id));
  EXPECT_EQ(manifest.number, 0u);
  EXPECT_TRUE(manifest.segments.empty());
  EXPECT_TRUE(manifest.tombstones.empty());
}

TEST_P(CatalogContract, MakesADocumentItsSegmentAndItsTaskTrueAtOnce) {
  const Collection collection = make_collection();
  const RegisteredDocument registered = add(collection, "a", "text");
  const Task task = claim().at(0);
  EXPECT_TRUE(commits(ingest_commit(collection, task)));
  harness->reopen();
  const Manifest manifest = must(catalog().manifest(collection.id));
  EXPECT_EQ(manifest.number, 1u);
  EXPECT_EQ(manifest.segments.size(), 1u);
  const Document document = must(catalog().document(registered.id));
  EXPECT_EQ(document.status, DocumentStatus::indexed);
  EXPECT_EQ(document.indexed_version, 1u);
  EXPECT_EQ(document.facts.title, "Found title");
  EXPECT_EQ(document.chunks, 3u);
  EXPECT_EQ(document.tokens, 500u);
  EXPECT_EQ(document.pages, 2u);
  EXPECT_EQ(document.progress, 1.0);
  const Task ended = must(catalog().task(task.id));
  EXPECT_EQ(ended.status, TaskStatus::succeeded);
  EXPECT_EQ(ended.finished_at, clock().now());
  EXPECT_EQ(must(catalog().collection(collection.id)).manifest, 1u);
  const CollectionCounts counts = must(catalog().counts(collection.id));
  EXPECT_EQ(counts.documents, 1u);
  EXPECT_EQ(counts.chunks, 3u);
  EXPECT_EQ(counts.segments, 1u);
  EXPECT_EQ(counts.bytes, 100u);
}

TEST_P(CatalogContract, CompletesATaskOnlyOnce) {
  const Collection collection = make_collection();
  add(collection, "a", "text");
  const Task task = claim().at(0);
  EXPECT_TRUE(commits(ingest_commit(collection, task)));
  const CommitOutcome again = must(catalog().commit(ingest_commit(collection, task)));
  ASSERT_TRUE(again.refusal);
  EXPECT_EQ(again.refusal->lost_leases, std::vector<TaskId>{task.id});
  EXPECT_EQ(must(catalog().manifest(collection.id)).number, 1u);
}

TEST_P(CatalogContract, WritesNothingOfARefusedCommit) {
  const Collection collection = make_collection();
  const RegisteredDocument document = add(collection, "a", "text");
  const Task task = claim().at(0);
  Commit commit = ingest_commit(collection, task);
  commit.edits.at(0).base = 7;
  const CommitOutcome outcome = must(catalog().commit(commit));
  ASSERT_TRUE(outcome.refusal);
  EXPECT_EQ(outcome.refusal->stale_manifests, std::vector<CollectionId>{collection.id});
  EXPECT_TRUE(outcome.refusal->lost_leases.empty());
  EXPECT_TRUE(outcome.refusal->superseded.empty());
  EXPECT_EQ(must(catalog().manifest(collection.id)).number, 0u);
  EXPECT_EQ(must(catalog().document(document.id)).indexed_version, 0u);
  EXPECT_EQ(must(catalog().task(task.id)).status, TaskStatus::running);
}

TEST_P(CatalogContract, TakesOnlyOneOfTwoEditsOfTheSameManifest) {
  const Collection collection = make_collection();
  add(collection, "a", "one");
  add(collection, "b", "two");
  const auto tasks = claim(2);
  const Commit first = ingest_commit(collection, tasks.at(0)), second = ingest_commit(collection, tasks.at(1));
  EXPECT_TRUE(commits(first));
  EXPECT_FALSE(commits(second));
  EXPECT_TRUE(commits(ingest_commit(collection, tasks.at(1)))) << "read again and retry";
  EXPECT_EQ(must(catalog().manifest(collection.id)).number, 2u);
}

TEST_P(CatalogContract, CommitsSeveralCollectionsOrNone) {
  const Collection one = make_collection("one"), two = make_collection("two");
  Commit commit;
  commit.edits.push_back(
      {.collection = one.id, .base = 0, .add = {segment_of("s1", 1, 1)}, .remove = {}, .tombstones = {}});
  commit.edits.push_back(
      {.collection = two.id, .base = 1, .add = {segment_of("s2", 1, 1)}, .remove = {}, .tombstones = {}});
  EXPECT_FALSE(commits(commit));
  EXPECT_EQ(must(catalog().manifest(one.id)).number, 0u);
  commit.edits.at(1).base = 0;
  EXPECT_TRUE(commits(commit));
  EXPECT_EQ(must(catalog().manifest(one.id)).number, 1u);
  EXPECT_EQ(must(catalog().manifest(two.id)).number, 1u);
}

TEST_P(CatalogContract, KeepsSegmentsInTheOrderTheyWereAddedAndCountsWithoutTheDead) {
  const Collection collection = make_collection();
  EXPECT_TRUE(commits(edit(collection, {.add = {segment_of("z", 10, 100), segment_of("a", 5, 50)}})));
  EXPECT_TRUE(commits(edit(collection, {.add = {segment_of("m", 2, 20)}})));
  EXPECT_TRUE(commits(edit(collection, {.tombstones = {{.segment = blob_of("z"), .document = 9, .chunks = 12},
                                                       {.segment = blob_of("z"), .document = 3, .chunks = 8}}})));
  const Manifest manifest = must(catalog().manifest(collection.id));
  EXPECT_EQ(manifest.number, 3u);
  EXPECT_EQ(manifest.segments, (std::vector{segment_of("z", 10, 100), segment_of("a", 5, 50), segment_of("m", 2, 20)}));
  EXPECT_EQ(manifest.tombstones, (std::vector<Tombstone>{{.segment = blob_of("z"), .document = 3, .chunks = 8},
                                                         {.segment = blob_of("z"), .document = 9, .chunks = 12}}));
  const CollectionCounts counts = must(catalog().counts(collection.id));
  EXPECT_EQ(counts.documents, 15u);
  EXPECT_EQ(counts.chunks, 150u);
  EXPECT_EQ(counts.segments, 3u);
}

TEST_P(CatalogContract, DropsASegmentsTombstonesWithIt) {
  const Collection collection = make_collection();
  EXPECT_TRUE(commits(edit(collection, {.add = {segment_of("a", 2, 20), segment_of("b", 2, 20)},
                                        .tombstones = {{.segment = blob_of("a"), .document = 1, .chunks = 10}}})));
  EXPECT_TRUE(commits(edit(collection, {.add = {segment_of("ab", 3, 30)}, .remove = {blob_of("a"), blob_of("b")}})));
  const Manifest manifest = must(catalog().manifest(collection.id));
  EXPECT_EQ(manifest.segments, std::vector{segment_of("ab", 3, 30)});
  EXPECT_TRUE(manifest.tombstones.empty());
  EXPECT_EQ(must(catalog().counts(collection.id)).chunks, 30u);
  EXPECT_TRUE(commits(edit(collection, {.add = {segment_of("a", 2, 20)}}))) << "a removed segment may come back";
  EXPECT_TRUE(must(catalog().manifest(collection.id)).tombstones.empty());
}

TEST_P(CatalogContract, CountsARepeatedTombstoneOnce) {
  const Collection collection = make_collection();
  const Tombstone dead{.segment = blob_of("a"), .document = 1, .chunks = 10};
  EXPECT_TRUE(commits(edit(collection, {.add = {segment_of("a", 2, 20)}, .tombstones = {dead}})));
  EXPECT_TRUE(commits(edit(collection, {.tombstones = {dead, dead}})));
  EXPECT_EQ(must(catalog().manifest(collection.id)).tombstones, std::vector{dead});
  EXPECT_EQ(must(catalog().counts(collection.id)).documents, 1u);
  EXPECT_TRUE(must(catalog().verify()).empty());
}

TEST_P(CatalogContract, RefusesEditsOfWhatIsNotThere) {
  const Collection collection = make_collection();
  EXPECT_TRUE(commits(edit(collection, {.add = {segment_of("a", 2, 20)}})));
  const Tombstone nowhere{.segment = blob_of("b"), .document = 0, .chunks = 1};
  const Tombstone beyond{.segment = blob_of("a"), .document = 2, .chunks = 1};
  EXPECT_TRUE(fails_with(ErrorKind::invalid, catalog().commit(edit(collection, {.remove = {blob_of("b")}}))));
  EXPECT_TRUE(fails_with(ErrorKind::invalid, catalog().commit(edit(collection, {.tombstones = {nowhere}}))));
  EXPECT_TRUE(fails_with(ErrorKind::invalid, catalog().commit(edit(collection, {.tombstones = {beyond}}))));
  EXPECT_TRUE(fails_with(ErrorKind::invalid, catalog().commit(edit(collection, {.add = {segment_of("a", 2, 20)}}))));
  Commit twice = edit(collection, {.add = {segment_of("c", 1, 1)}});
  twice.edits.push_back(twice.edits.at(0));
  EXPECT_TRUE(fails_with(ErrorKind::invalid, catalog().commit(twice)));
  EXPECT_EQ(must(catalog().manifest(collection.id)).number, 1u);
}

TEST_P(CatalogContract, RefusesAnEditOfADeletedCollection) {
  const Collection collection = make_collection();
  must(catalog().delete_collection(collection.id));
  Commit commit;
  commit.edits.push_back({.collection = collection.id, .base = 0, .add = {}, .remove = {}, .tombstones = {}});
  const CommitOutcome outcome = must(catalog().commit(commit));
  ASSERT_TRUE(outcome.refusal);
  EXPECT_EQ(outcome.refusal->stale_manifests, std::vector<CollectionId>{collection.id});
}

TEST_P(CatalogContract, MarksTheDocumentOfAFailedCompletion) {
  const Collection collection = make_collection();
  const RegisteredDocument document = add(collection, "a", "text");
  Commit commit;
  commit.completions.push_back(
      {.lease = lease_of(claim().at(0)), .status = TaskStatus::failed, .error = "the PDF is encrypted"});
  EXPECT_TRUE(commits(commit));
  const Document failed = must(catalog().document(document.id));
  EXPECT_EQ(failed.status, DocumentStatus::failed);
  EXPECT_EQ(failed.error, "the PDF is encrypted");
  EXPECT_EQ(must(catalog().task(document.task)).error, "the PDF is encrypted");
}

TEST_P(CatalogContract, NamesEveryBlobThatIsStillNeeded) {
  const Collection collection = make_collection();
  add_indexed(collection, "a", "one");
  add(collection, "b", "two");
  EXPECT_TRUE(commits(edit(collection, {.add = {segment_of("merged", 1, 3)},
                                        .remove = {must(catalog().manifest(collection.id)).segments.at(0).blob}})));
  auto blobs = must(catalog().reachable_blobs());
  std::vector<BlobId> expected = {blob_of("one"), blob_of("two"), blob_of("merged")};
  std::ranges::sort(blobs);
  std::ranges::sort(expected);
  EXPECT_EQ(blobs, expected);
}

TEST_P(CatalogContract, ManyManifestsLaterStillTellsTheNewest) {
  const Collection collection = make_collection();
  for (int i = 0; i < 150; ++i) {
    const Manifest before = must(catalog().manifest(collection.id));
    ASSERT_EQ(before.number, static_cast<std::uint64_t>(i));
    ManifestEdit change{.collection = collection.id,
                        .base = before.number,
                        .add = {segment_of(std::to_string(i), 1, 1)},
                        .remove = {},
                        .tombstones = {}};
    if (i > 0) change.remove.push_back(blob_of(std::to_string(i - 1)));
    Commit commit;
    commit.edits.push_back(change);
    ASSERT_TRUE(commits(commit));
  }
  EXPECT_EQ(must(catalog().manifest(collection.id)).segments, std::vector{segment_of("149", 1, 1)});
  EXPECT_TRUE(must(catalog().verify()).empty());
}

}  // namespace cairn::testing
