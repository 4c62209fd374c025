#pragma once

#include <set>

#include "contract/catalog_contract.h"

// What people do with tasks: look, cancel, retry, prioritise, forget.

namespace cairn::testing {

TEST_P(CatalogContract, QueuesATaskThatIsAboutNoDocument) {
  const Collection collection = make_collection();
  Task wanted;
  wanted.tenant = local_tenant;
  wanted.type = "compact";
  wanted.collection = collection.id;
  wanted.priority = 7;
  wanted.payload = {{"segments", {"a", "b"}}};
  const Task queued = must(catalog().enqueue(wanted));
  EXPECT_EQ(queued.id.value().size(), 32u);
  EXPECT_EQ(queued.created_at, clock().now());
  const Task claimed = claim().at(0);
  EXPECT_EQ(claimed.id, queued.id);
  EXPECT_EQ(claimed.payload, wanted.payload);
  EXPECT_EQ(claimed.collection, collection.id);
  EXPECT_TRUE(claimed.document.empty());
}

TEST_P(CatalogContract, QueuesTheSameWorkOnce) {
  Task wanted;
  wanted.tenant = local_tenant;
  wanted.type = "collect";
  const Task first = must(catalog().enqueue(wanted));
  wanted.priority = 1;
  EXPECT_EQ(must(catalog().enqueue(wanted)).id, first.id);
  EXPECT_EQ(must(catalog().task(first.id)).priority, 1) << "the more urgent wish counts";
  wanted.payload = {{"older_than", 3}};
  EXPECT_NE(must(catalog().enqueue(wanted)).id, first.id);
  wanted.payload = nlohmann::json::object();
  EXPECT_EQ(claim().at(0).id, first.id);
  EXPECT_NE(must(catalog().enqueue(wanted)).id, first.id) << "a running task has begun without what came since";
}

TEST_P(CatalogContract, RefusesTasksWithoutSense) {
  Task wanted;
  wanted.tenant = local_tenant;
  EXPECT_TRUE(fails_with(ErrorKind::invalid, catalog().enqueue(wanted)));
  wanted.type = "compact";
  wanted.priority = -1;
  EXPECT_TRUE(fails_with(ErrorKind::invalid, catalog().enqueue(wanted)));
  wanted.priority = 5;
  wanted.collection = CollectionId("nobody");
  EXPECT_TRUE(fails_with(ErrorKind::not_found, catalog().enqueue(wanted)));
}

TEST_P(CatalogContract, MakesTaskIdsThatSortByAge) {
  const Collection collection = make_collection();
  std::vector<TaskId> ids;
  for (int i = 0; i < 5; ++i) {
    ids.push_back(add(collection, std::to_string(i), "text").task);
    clock().advance(1ms);
  }
  EXPECT_TRUE(std::ranges::is_sorted(ids));
  EXPECT_EQ(std::set<TaskId>(ids.begin(), ids.end()).size(), ids.size());
}

TEST_P(CatalogContract, PagesThroughTasksNewestFirst) {
  const Collection collection = make_collection();
  std::vector<TaskId> expected;
  for (int i = 0; i < 5; ++i) expected.insert(expected.begin(), add(collection, std::to_string(i), "text").task);
  TaskFilter filter{.tenant = local_tenant, .status = {}, .priority = {}, .type = "", .cursor = "", .limit = 2};
  std::vector<TaskId> seen;
  do {
    const auto page = must(catalog().tasks(filter));
    for (const Task& task : page.items) seen.push_back(task.id);
    filter.cursor = page.next_cursor;
    add(collection, "late " + std::to_string(seen.size()), "late");  // Newer than the first page: must shift nothing.
  } while (!filter.cursor.empty());
  EXPECT_EQ(seen, expected);
}

TEST_P(CatalogContract, FiltersTasksAndCountsThem) {
  const Collection collection = make_collection();
  const RegisteredDocument indexed = add_indexed(collection, "a", "one");
  add(collection, "b", "two");
  must(catalog().request_deletion(indexed.id, 2));
  const auto found = [&](std::optional<TaskStatus> status, std::optional<int> priority, const std::string& type) {
    const TaskFilter filter{
        .tenant = local_tenant, .status = status, .priority = priority, .type = type, .cursor = "", .limit = 10};
    return must(catalog().tasks(filter)).items.size();
  };
  EXPECT_EQ(found({}, {}, ""), 3u);
  EXPECT_EQ(found(TaskStatus::queued, {}, ""), 2u);
  EXPECT_EQ(found(TaskStatus::succeeded, {}, ""), 1u);
  EXPECT_EQ(found({}, 2, ""), 1u);
  EXPECT_EQ(found(TaskStatus::queued, {}, "ingest"), 1u);
  EXPECT_EQ(found(TaskStatus::queued, 5, "delete"), 0u);
  EXPECT_EQ(must(catalog().task_counts(local_tenant)), (std::vector<std::uint64_t>{2, 0, 1, 0, 0}));
  EXPECT_EQ(must(catalog().task_counts(TenantId("other"))), (std::vector<std::uint64_t>(5)));
}

TEST_P(CatalogContract, CancelsAQueuedTaskForGood) {
  const Collection collection = make_collection();
  const RegisteredDocument document = add(collection, "a", "text");
  EXPECT_EQ(must(catalog().cancel_task(document.task)).status, TaskStatus::cancelled);
  EXPECT_TRUE(claim().empty());
  const Document cancelled = must(catalog().document(document.id));
  EXPECT_EQ(cancelled.status, DocumentStatus::failed);
  EXPECT_EQ(cancelled.error, "cancelled");
  EXPECT_TRUE(fails_with(ErrorKind::conflict, catalog().cancel_task(document.task)));
}

TEST_P(CatalogContract, LetsACancelledRunningTaskCommitNothing) {
  const Collection collection = make_collection();
  add(collection, "a", "text");
  const Task task = claim().at(0);
  must(catalog().cancel_task(task.id));
  EXPECT_FALSE(commits(ingest_commit(collection, task)));
  EXPECT_EQ(must(catalog().manifest(collection.id)).number, 0u);
}

TEST_P(CatalogContract, KeepsADocumentIndexedWhenOnlyItsReplacementIsCancelled) {
  const Collection collection = make_collection();
  const RegisteredDocument document = add_indexed(collection, "a", "old");
  must(catalog().cancel_task(add(collection, "a", "new").task));
  const Document kept = must(catalog().document(document.id));
  EXPECT_EQ(kept.status, DocumentStatus::indexed);
  EXPECT_EQ(kept.indexed_version, 1u);
  EXPECT_EQ(add(collection, "a", "new").unchanged, false) << "the new bytes are not indexed yet";
}

TEST_P(CatalogContract, RetriesAFailedTask) {
  const Collection collection = make_collection();
  const RegisteredDocument document = add(collection, "a", "text");
  EXPECT_TRUE(fails_with(ErrorKind::conflict, catalog().retry_task(document.task))) << "it is still queued";
  must(catalog().fail_task(lease_of(claim().at(0)), "broken", std::nullopt));
  const Task queued = must(catalog().retry_task(document.task));
  EXPECT_EQ(queued.status, TaskStatus::queued);
  EXPECT_EQ(queued.attempts, 0u);
  EXPECT_EQ(queued.error, "");
  EXPECT_FALSE(queued.finished_at);
  EXPECT_EQ(must(catalog().document(document.id)).status, DocumentStatus::queued);
  const Task again = claim().at(0);
  EXPECT_GT(again.epoch, 1u) << "the first attempt's lease stays lost";
  EXPECT_TRUE(commits(ingest_commit(collection, again)));
}

TEST_P(CatalogContract, DoesNotRetryWhatWasReplacedOrDeletedSince) {
  const Collection collection = make_collection();
  const RegisteredDocument first = add(collection, "a", "one");
  must(catalog().cancel_task(first.task));
  const RegisteredDocument again = add(collection, "a", "one");
  EXPECT_TRUE(fails_with(ErrorKind::conflict, catalog().retry_task(first.task))) << "another task works on it";
  add(collection, "a", "two");
  EXPECT_TRUE(fails_with(ErrorKind::conflict, catalog().retry_task(again.task))) << "it has a newer version";
  must(catalog().request_deletion(first.id, 0));
  EXPECT_TRUE(commits(deletion_commit(collection, claim().at(0))));
  EXPECT_TRUE(fails_with(ErrorKind::conflict, catalog().retry_task(first.task))) << "it is gone";
}

TEST_P(CatalogContract, ChangesThePriorityOfATaskThatHasNotEnded) {
  const Collection collection = make_collection();
  add(collection, "a", "one");
  const RegisteredDocument second = add(collection, "b", "two");
  EXPECT_EQ(must(catalog().set_priority(second.task, 0)).priority, 0);
  EXPECT_EQ(claim().at(0).id, second.task);
  EXPECT_TRUE(fails_with(ErrorKind::invalid, catalog().set_priority(second.task, 10)));
  must(catalog().cancel_task(second.task));
  EXPECT_TRUE(fails_with(ErrorKind::conflict, catalog().set_priority(second.task, 1)));
}

TEST_P(CatalogContract, SaysNotFoundForAnUnknownTask) {
  for (const char* id : {"", "nobody", "0123456789abcdef0123456789abcdef"}) {
    EXPECT_TRUE(fails_with(ErrorKind::not_found, catalog().task(TaskId(id))));
    EXPECT_TRUE(fails_with(ErrorKind::not_found, catalog().cancel_task(TaskId(id))));
    EXPECT_TRUE(fails_with(ErrorKind::not_found, catalog().retry_task(TaskId(id))));
    EXPECT_TRUE(fails_with(ErrorKind::not_found, catalog().set_priority(TaskId(id), 1)));
  }
}

TEST_P(CatalogContract, ForgetsOldEndedTasksButTheNewestThousand) {
  const Collection collection = make_collection();
  std::vector<NewDocument> documents;
  for (int i = 0; i < 1'020; ++i) documents.push_back(new_document(std::to_string(i), "text"));
  const auto registered = must(catalog().register_documents(collection.id, documents, 5));
  Commit failures;
  for (const Task& task : claim(1'010))
    failures.completions.push_back({.lease = lease_of(task), .status = TaskStatus::failed, .error = "no"});
  ASSERT_TRUE(commits(failures));
  EXPECT_EQ(must(catalog().prune_tasks(1h)), 0u) << "they are not old";
  clock().advance(2h);
  EXPECT_EQ(must(catalog().prune_tasks(1h)), 10u);
  EXPECT_TRUE(fails_with(ErrorKind::not_found, catalog().task(registered.at(9).task)));
  EXPECT_TRUE(catalog().task(registered.at(10).task));
  EXPECT_EQ(must(catalog().task_counts(local_tenant)).at(0), 10u) << "queued tasks stay";
}

}  // namespace cairn::testing
