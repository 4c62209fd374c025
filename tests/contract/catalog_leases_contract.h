#pragma once

#include "contract/catalog_contract.h"

// What workers do: claim, renew, fail, release.

namespace cairn::testing {

TEST_P(CatalogContract, HandsOutTasksByPriorityThenAge) {
  const Collection collection = make_collection();
  const auto late = must(catalog().register_documents(collection.id, {new_document("late", "1")}, 9)).at(0);
  const auto first = must(catalog().register_documents(collection.id, {new_document("first", "2")}, 5)).at(0);
  const auto second = must(catalog().register_documents(collection.id, {new_document("second", "3")}, 5)).at(0);
  const auto urgent = must(catalog().register_documents(collection.id, {new_document("urgent", "4")}, 0)).at(0);
  std::vector<TaskId> order;
  for (const Task& task : claim(3)) order.push_back(task.id);
  for (const Task& task : claim(3)) order.push_back(task.id);
  EXPECT_EQ(order, (std::vector<TaskId>{urgent.task, first.task, second.task, late.task}));
  EXPECT_TRUE(claim().empty());
}

TEST_P(CatalogContract, TellsAClaimedTaskWhoHoldsItAndHowLong) {
  const Collection collection = make_collection();
  add(collection, "a", "text");
  const Task task = claim().at(0);
  EXPECT_EQ(task.status, TaskStatus::running);
  EXPECT_EQ(task.node, NodeId("node"));
  EXPECT_EQ(task.attempts, 1u);
  EXPECT_EQ(task.epoch, 1u);
  EXPECT_EQ(task.started_at, clock().now());
  EXPECT_EQ(task.lease_until, clock().now() + 10s);
}

TEST_P(CatalogContract, ClaimsOnlyTheTypesAskedFor) {
  const Collection collection = make_collection();
  add(collection, "a", "text");
  EXPECT_TRUE(claim(5, {"compact", "delete"}).empty());
  EXPECT_EQ(claim(5, {"compact", "ingest"}).size(), 1u);
  EXPECT_TRUE(claim(0).empty());
}

TEST_P(CatalogContract, ClaimsNoLargerDocumentThanAskedFor) {
  const Collection collection = make_collection();
  const auto of = [&](const char* id, std::uint64_t bytes) {
    NewDocument document = new_document(id, id);
    document.byte_size = bytes;
    return must(catalog().register_documents(collection.id, {document}, default_priority)).at(0);
  };
  const auto large = of("large", 1'001);
  const auto small = of("small", 1'000);
  const auto deleted = of("deleted", 5'000);
  const TaskId deletion = must(catalog().request_deletion(deleted.id, default_priority));
  std::vector<TaskId> claimed;
  for (const Task& task : must(catalog().claim(
           {.node = NodeId("node"), .types = {"ingest", "delete"}, .limit = 5, .max_document_bytes = 1'000})))
    claimed.push_back(task.id);
  std::ranges::sort(claimed);
  std::vector<TaskId> wanted{small.task, deletion};  // Deleting a large one costs no more.
  std::ranges::sort(wanted);
  EXPECT_EQ(claimed, wanted);
  EXPECT_EQ(claim(5).at(0).id, large.task);
}

TEST_P(CatalogContract, HandsARunningTaskToAnotherWhenItsLeaseRanOut) {
  const Collection collection = make_collection();
  add(collection, "a", "text");
  const Task first = claim().at(0);
  clock().advance(9'999ms);
  EXPECT_TRUE(claim().empty());
  clock().advance(1ms);
  const Task second = claim().at(0);
  EXPECT_EQ(second.id, first.id);
  EXPECT_EQ(second.epoch, first.epoch + 1);
  EXPECT_EQ(second.attempts, 2u);
  EXPECT_FALSE(commits(ingest_commit(collection, first))) << "the first holder may not complete it any more";
  EXPECT_TRUE(commits(ingest_commit(collection, second)));
}

TEST_P(CatalogContract, LetsAHolderFinishLateWhileNobodyElseClaimedTheTask) {
  const Collection collection = make_collection();
  add(collection, "a", "text");
  const Task task = claim().at(0);
  clock().advance(1h);
  EXPECT_TRUE(commits(ingest_commit(collection, task)));
}

TEST_P(CatalogContract, FailsATaskThatKillsItsWorkersInsteadOfTryingForever) {
  const Collection collection = make_collection();
  const RegisteredDocument document = add(collection, "a", "text");
  for (std::uint32_t attempt = 1; attempt <= max_attempts; ++attempt) {
    ASSERT_EQ(claim().size(), 1u);
    clock().advance(10s);
  }
  EXPECT_TRUE(claim().empty());
  EXPECT_EQ(must(catalog().task(document.task)).status, TaskStatus::failed);
  const Document failed = must(catalog().document(document.id));
  EXPECT_EQ(failed.status, DocumentStatus::failed);
  EXPECT_FALSE(failed.error.empty());
}

TEST_P(CatalogContract, ProlongsLeasesAndShowsProgress) {
  const Collection collection = make_collection();
  const RegisteredDocument document = add(collection, "a", "text");
  const Task task = claim().at(0);
  clock().advance(8s);
  EXPECT_TRUE(
      must(catalog().renew({{.lease = lease_of(task), .progress = 0.25, .document_status = DocumentStatus::embedding}},
                           10s))
          .empty());
  clock().advance(8s);
  EXPECT_TRUE(claim().empty());
  EXPECT_EQ(must(catalog().task(task.id)).progress, 0.25);
  EXPECT_EQ(must(catalog().document(document.id)).status, DocumentStatus::embedding);
  EXPECT_EQ(must(catalog().document(document.id)).progress, 0.25);
}

TEST_P(CatalogContract, TellsWhichLeasesAreLost) {
  const Collection collection = make_collection();
  add(collection, "a", "one");
  add(collection, "b", "two");
  const auto tasks = claim(2);
  must(catalog().cancel_task(tasks.at(0).id));
  const auto lost = must(
      catalog().renew({{.lease = lease_of(tasks.at(0)), .progress = 0.5, .document_status = DocumentStatus::embedding},
                       {.lease = lease_of(tasks.at(1)), .progress = 0.5, .document_status = {}},
                       {.lease = {.task = TaskId("nobody"), .epoch = 1}, .progress = 0.5, .document_status = {}}},
                      10s));
  EXPECT_EQ(lost, (std::vector<TaskId>{tasks.at(0).id, TaskId("nobody")}));
  EXPECT_EQ(must(catalog().document(tasks.at(0).document)).status, DocumentStatus::failed)
      << "a lost lease changes nothing";
}

TEST_P(CatalogContract, QueuesAFailedAttemptAgainForLater) {
  const Collection collection = make_collection();
  const RegisteredDocument document = add(collection, "a", "text");
  must(catalog().fail_task(lease_of(claim().at(0)), "the endpoint is away", 30s));
  EXPECT_EQ(must(catalog().document(document.id)).status, DocumentStatus::queued);
  EXPECT_TRUE(claim().empty());
  clock().advance(30s);
  const Task again = claim().at(0);
  EXPECT_EQ(again.attempts, 2u);
  EXPECT_EQ(again.error, "the endpoint is away");
}

TEST_P(CatalogContract, FailsATaskWhenItsAttemptsAreUsedUp) {
  const Collection collection = make_collection();
  const RegisteredDocument document = add(collection, "a", "text");
  for (std::uint32_t attempt = 1; attempt <= max_attempts; ++attempt) {
    const auto tasks = claim();
    ASSERT_EQ(tasks.size(), 1u);
    must(catalog().fail_task(lease_of(tasks.at(0)), "again", 0s));
  }
  EXPECT_EQ(must(catalog().task(document.task)).status, TaskStatus::failed);
  EXPECT_EQ(must(catalog().document(document.id)).error, "again");
}

TEST_P(CatalogContract, IgnoresTheFailureOfALostLease) {
  const Collection collection = make_collection();
  const RegisteredDocument document = add(collection, "a", "text");
  const Task first = claim().at(0);
  clock().advance(10s);
  claim();
  EXPECT_TRUE(catalog().fail_task(lease_of(first), "too late", std::nullopt));
  must(catalog().release({lease_of(first)}));
  EXPECT_EQ(must(catalog().task(document.task)).status, TaskStatus::running);
}

TEST_P(CatalogContract, TakesAReleasedTaskBackWithoutCountingTheAttempt) {
  const Collection collection = make_collection();
  const RegisteredDocument document = add(collection, "a", "text");
  const Task task = claim().at(0);
  must(catalog().renew({{.lease = lease_of(task), .progress = 0.5, .document_status = DocumentStatus::chunking}}, 10s));
  must(catalog().release({lease_of(task)}));
  EXPECT_EQ(must(catalog().document(document.id)).status, DocumentStatus::queued);
  EXPECT_FALSE(commits(ingest_commit(collection, task)));
  const Task again = claim().at(0);
  EXPECT_EQ(again.attempts, 1u);
  EXPECT_GT(again.epoch, task.epoch);
}

TEST_P(CatalogContract, KeepsLeasesOverAReopening) {
  const Collection collection = make_collection();
  add(collection, "a", "text");
  const Task task = claim().at(0);
  harness->reopen();
  EXPECT_TRUE(claim().empty());
  EXPECT_TRUE(commits(ingest_commit(collection, task)));
}

}  // namespace cairn::testing
