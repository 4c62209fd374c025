#pragma once

#include <map>

#include "contract/catalog_contract.h"

// The change feed: what changed since a number.

namespace cairn::testing {

/// Everything after `after`, in pages of `limit`.
inline std::vector<Change> changes_after(Catalog& catalog, std::uint64_t after, std::size_t limit = 500) {
  std::vector<Change> all;
  Changes page;
  do {
    page = must(catalog.changes({.after = after, .tenant = {}, .limit = limit}));
    all.insert(all.end(), page.items.begin(), page.items.end());
    EXPECT_GE(page.last, after);
    after = page.last;
  } while (!page.complete);
  return all;
}

inline std::size_t count_kind(const std::vector<Change>& changes, ChangeKind kind) {
  return static_cast<std::size_t>(std::ranges::count(changes, kind, &Change::kind));
}

TEST_P(CatalogContract, TellsEachChangedTaskAndDocumentOnceInItsNewestState) {
  EXPECT_EQ(must(catalog().last_change()), 0u);
  const Collection collection = make_collection();
  const RegisteredDocument document = add_indexed(collection, "a", "text");
  const auto all = changes_after(catalog(), 0);
  ASSERT_EQ(all.size(), 2u) << "queued, claimed and indexed are one state each, the newest";
  for (const Change& change : all) {
    EXPECT_EQ(change.tenant, local_tenant);
    EXPECT_EQ(change.collection, collection.id);
    EXPECT_EQ(change.document_id, document.id);
    EXPECT_EQ(change.external_id, "a");
  }
  const auto& task = std::ranges::find(all, ChangeKind::task, &Change::kind)->task;
  const auto& row = std::ranges::find(all, ChangeKind::document, &Change::kind)->document;
  EXPECT_EQ(task->status, TaskStatus::succeeded);
  EXPECT_EQ(row->status, DocumentStatus::indexed);
  EXPECT_LT(all[0].number, all[1].number);
  EXPECT_EQ(all[1].number, must(catalog().last_change()));
  EXPECT_TRUE(changes_after(catalog(), all[1].number).empty());
}

TEST_P(CatalogContract, TellsEveryKindOfChange) {
  const Collection collection = make_collection();
  std::uint64_t seen = 0;
  const auto changed = [&](const char* what, std::size_t tasks, std::size_t documents) {
    const auto found = changes_after(catalog(), seen);
    EXPECT_EQ(count_kind(found, ChangeKind::task), tasks) << what;
    EXPECT_EQ(count_kind(found, ChangeKind::document), documents) << what;
    seen = must(catalog().last_change());
  };
  const RegisteredDocument document = add(collection, "a", "one");
  changed("registered", 1, 1);
  must(catalog().set_priority(document.task, 2));
  changed("priority", 1, 0);
  Task task = claim().at(0);
  changed("claimed", 1, 0);
  const TaskProgress half{.lease = lease_of(task), .progress = 0.5, .document_status = DocumentStatus::embedding};
  must(catalog().renew({half}, 10s));
  changed("progress", 1, 1);
  must(catalog().renew({half}, 10s));
  changed("a renewal that tells nothing new", 0, 0);
  must(catalog().release({lease_of(task)}));
  changed("released", 1, 1);
  task = claim().at(0);
  must(catalog().fail_task(lease_of(task), "later", 0s));
  changed("an attempt failed", 1, 1);
  task = claim().at(0);
  must(catalog().fail_task(lease_of(task), "broken", std::nullopt));
  changed("failed", 1, 1);
  must(catalog().retry_task(task.id));
  changed("retried", 1, 1);
  must(catalog().cancel_task(task.id));
  changed("cancelled", 1, 1);
  add(collection, "a", "two");
  changed("replaced", 1, 1);
  must(catalog().request_deletion(document.id, 5));
  changed("deletion requested", 2, 1);
}

TEST_P(CatalogContract, GivesChangesInPagesThatMissNothing) {
  const Collection collection = make_collection();
  for (int i = 0; i < 7; ++i) add(collection, std::to_string(i), "text");
  for (const std::size_t limit : {1u, 2u, 5u, 100u}) {
    const auto found = changes_after(catalog(), 0, limit);
    EXPECT_EQ(count_kind(found, ChangeKind::task), 7u) << limit;
    EXPECT_EQ(count_kind(found, ChangeKind::document), 7u) << limit;
    EXPECT_TRUE(std::ranges::is_sorted(found, {}, &Change::number));
  }
  EXPECT_TRUE(fails_with(ErrorKind::invalid, catalog().changes({.after = 0, .tenant = {}, .limit = 0})));
}

TEST_P(CatalogContract, TellsATenantOnlyItsOwnChanges) {
  const Collection mine = make_collection();
  Collection wanted;
  wanted.tenant = TenantId("other");
  wanted.name = "theirs";
  const Collection theirs = must(catalog().create_collection(wanted));
  const RegisteredDocument gone = add_indexed(theirs, "gone", "text");
  add(mine, "a", "text");
  must(catalog().request_deletion(gone.id, 0));
  EXPECT_TRUE(commits(deletion_commit(theirs, claim(1, {"delete"}).at(0))));
  add(theirs, "b", "text");
  must(catalog().delete_collection(theirs.id));
  const Changes found = must(catalog().changes({.after = 0, .tenant = local_tenant, .limit = 100}));
  EXPECT_EQ(found.items.size(), 2u);
  for (const Change& change : found.items) EXPECT_EQ(change.collection, mine.id);
  EXPECT_EQ(found.last, must(catalog().last_change()));
}

TEST_P(CatalogContract, TellsWhatWasRemovedAndWhoMightSeeIt) {
  const Collection collection = make_collection();
  NewDocument secret = new_document("a", "text");
  secret.facts.acl = {"group:finance"};
  const auto registered = must(catalog().register_documents(collection.id, {secret}, 5)).at(0);
  EXPECT_TRUE(commits(ingest_commit(collection, claim().at(0))));
  must(catalog().request_deletion(registered.id, 0));
  const std::uint64_t before = must(catalog().last_change());
  EXPECT_TRUE(commits(deletion_commit(collection, claim().at(0))));
  const auto found = changes_after(catalog(), before);
  ASSERT_EQ(found.size(), 2u);
  const auto removal = std::ranges::find(found, ChangeKind::removed_document, &Change::kind);
  ASSERT_NE(removal, found.end());
  EXPECT_EQ(removal->document_id, registered.id);
  for (const Change& change : found) {
    EXPECT_TRUE(change.acl_is_known);
    EXPECT_EQ(change.acl, std::vector<std::string>{"group:finance"}) << "the task tells of the same document";
  }
  add(collection, "a", "text");
  EXPECT_EQ(count_kind(changes_after(catalog(), before), ChangeKind::removed_document), 0u) << "it is back";
  must(catalog().delete_collection(collection.id));
  EXPECT_EQ(count_kind(changes_after(catalog(), before), ChangeKind::removed_collection), 1u);
}

TEST_P(CatalogContract, SaysSoWhenRemovalsWereForgotten) {
  const Collection collection = make_collection();
  constexpr int removed = 12'000;
  std::vector<NewDocument> documents;
  documents.reserve(removed);
  for (int i = 0; i < removed; ++i) documents.push_back(new_document(std::to_string(i), "text"));
  must(catalog().register_documents(collection.id, documents, 5));
  Commit failures;
  for (const Task& task : claim(removed))
    failures.completions.push_back({.lease = lease_of(task), .status = TaskStatus::failed, .error = "no"});
  ASSERT_TRUE(commits(failures));
  const std::uint64_t before = must(catalog().last_change());
  Commit removal;
  for (const NewDocument& document : documents)
    removal.removed_documents.push_back(document_id(collection.id, document.external_id));
  ASSERT_TRUE(commits(removal));
  EXPECT_TRUE(must(catalog().changes({.after = before, .tenant = {}, .limit = 10})).forgot_removals);
  const auto kept = changes_after(catalog(), before);
  EXPECT_GE(kept.size(), 10'000u);
  EXPECT_LT(kept.size(), 12'000u);
  EXPECT_FALSE(must(catalog().changes({.after = kept.front().number, .tenant = {}, .limit = 10})).forgot_removals);
}

TEST_P(CatalogContract, GoesOnNumberingAfterAReopening) {
  const Collection collection = make_collection();
  const RegisteredDocument document = add_indexed(collection, "a", "text");
  must(catalog().request_deletion(document.id, 0));
  EXPECT_TRUE(commits(deletion_commit(collection, claim().at(0))));
  const std::uint64_t last = must(catalog().last_change());
  harness->reopen();
  EXPECT_EQ(must(catalog().last_change()), last);
  add(collection, "b", "text");
  EXPECT_EQ(changes_after(catalog(), last).size(), 2u);
}

TEST_P(CatalogContract, NumbersNothingThatWasNotCommitted) {
  const Collection collection = make_collection();
  add(collection, "a", "text");
  const std::uint64_t last = must(catalog().last_change());
  EXPECT_FALSE(catalog().register_documents(collection.id, {new_document("b", "text"), new_document("", "bad")}, 5));
  EXPECT_EQ(must(catalog().last_change()), last);
  EXPECT_TRUE(changes_after(catalog(), last).empty());
}

}  // namespace cairn::testing
