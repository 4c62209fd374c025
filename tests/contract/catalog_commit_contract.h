#pragma once

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

}  // namespace cairn::testing
