#pragma once

#include <map>

#include "contract/catalog_contract.h"

// Whose turn it is: tenants, waiting, deadlines, and what people are told about it.

namespace cairn::testing {

inline Collection collection_of(Catalog& catalog, const std::string& tenant) {
  Collection wanted;
  wanted.tenant = TenantId(tenant);
  wanted.name = "papers";
  return must(catalog.create_collection(wanted));
}

inline std::vector<RegisteredDocument> add_many(Catalog& catalog, const Collection& collection, int count,
                                                int priority) {
  std::vector<NewDocument> documents;
  for (int i = 0; i < count; ++i) documents.push_back(new_document(std::to_string(i), "text"));
  return must(catalog.register_documents(collection.id, documents, priority));
}

inline std::vector<std::string> tenants_of(const std::vector<Task>& tasks) {
  std::vector<std::string> tenants;
  for (const Task& task : tasks) tenants.push_back(task.tenant.value());
  return tenants;
}

inline Task answer_task(const std::string& subject) {
  Task task;
  task.tenant = local_tenant;
  task.type = "answer";
  task.requested_by = {{"subject", subject}};
  return task;
}

TEST_P(CatalogContract, LetsTenantsTakeTurnsWithinAPriority) {
  add_many(catalog(), collection_of(catalog(), "crowd"), 1'000, 5);
  const auto small = collection_of(catalog(), "small");
  add_many(catalog(), small, 3, 5);
  const auto served = tenants_of(claim(8, {"ingest"}));
  EXPECT_EQ(std::ranges::count(served, "small"), 3);
  EXPECT_EQ(served.at(0) == "small" || served.at(1) == "small", true) << "a long queue of another is no reason to wait";
}

TEST_P(CatalogContract, RemembersTheTurnFromClaimToClaim) {
  add_many(catalog(), collection_of(catalog(), "a"), 10, 5);
  add_many(catalog(), collection_of(catalog(), "b"), 10, 5);
  std::map<std::string, int> served;
  for (int i = 0; i < 10; ++i) ++served[claim(1, {"ingest"}).at(0).tenant.value()];
  EXPECT_EQ(served["a"], 5);
  EXPECT_EQ(served["b"], 5);
}

TEST_P(CatalogContract, PutsPriorityBeforeTurns) {
  add_many(catalog(), collection_of(catalog(), "patient"), 3, 6);
  add_many(catalog(), collection_of(catalog(), "urgent"), 5, 1);
  const auto served = tenants_of(claim(6, {"ingest"}));
  EXPECT_EQ(std::ranges::count(served, "urgent"), 5);
  EXPECT_EQ(served.back(), "patient");
}

TEST_P(CatalogContract, LetsNothingWaitForever) {
  add_many(catalog(), collection_of(catalog(), "old"), 1, 9);
  clock().advance(15min * 5);
  add_many(catalog(), collection_of(catalog(), "new"), 5, 5);
  EXPECT_EQ(claim(1, {"ingest"}).at(0).tenant, TenantId("old")) << "it waited for five priorities";
}

TEST_P(CatalogContract, MakesNobodyLessUrgentWhenTheClockIsSetBack) {
  add_many(catalog(), collection_of(catalog(), "first"), 1, 5);
  clock().advance(-24h);
  add_many(catalog(), collection_of(catalog(), "second"), 1, 6);
  EXPECT_EQ(claim(1, {"ingest"}).at(0).tenant, TenantId("first"));
}

TEST_P(CatalogContract, ServesWaitingRetriesOnlyWhenTheirTimeHasCome) {
  const auto collection = collection_of(catalog(), "a");
  add_many(catalog(), collection, 100, 5);
  for (const Task& task : claim(99, {"ingest"})) must(catalog().fail_task(lease_of(task), "later", 30s));
  EXPECT_EQ(claim(100, {"ingest"}).size(), 1u) << "the one that is not waiting stands behind 99 that are";
  clock().advance(30s);
  EXPECT_EQ(claim(100, {"ingest"}).size(), 100u) << "and the one whose lease ran out meanwhile";
}

TEST_P(CatalogContract, FailsTasksPastTheirDeadline) {
  Task wanted = answer_task("user:ann");
  wanted.deadline = clock().now() + 60s;
  const Task queued = must(catalog().enqueue(wanted));
  wanted.payload = {{"question", "another"}};
  const Task running = must(catalog().enqueue(wanted));
  must(catalog().set_priority(running.id, 0));
  const Task held = claim(1, {"answer"}).at(0);
  clock().advance(59s);
  EXPECT_TRUE(must(catalog().renew({{.lease = lease_of(held), .progress = 0.1, .document_status = {}}}, 10s)).empty());
  clock().advance(1s);
  EXPECT_EQ(must(catalog().renew({{.lease = lease_of(held), .progress = 0.2, .document_status = {}}}, 10s)).size(), 1u);
  EXPECT_TRUE(claim(5, {"answer"}).empty());
  for (const TaskId& id : {queued.id, running.id}) {
    const Task failed = must(catalog().task(id));
    EXPECT_EQ(failed.status, TaskStatus::failed);
    EXPECT_NE(failed.error.find("deadline"), std::string::npos) << failed.error;
  }
  EXPECT_FALSE(commits({.edits = {}, .indexed = {}, .removed_documents = {}, .completions = {done(held)}}));
  EXPECT_FALSE(must(catalog().retry_task(queued.id)).deadline) << "who tries again does not want the old deadline";
}

TEST_P(CatalogContract, KeepsWhatATaskFoundOut) {
  const Task task = must(catalog().enqueue(answer_task("user:ann")));
  TaskCompletion completion = done(claim(1, {"answer"}).at(0));
  completion.result = {{"answer", "42"}};
  EXPECT_TRUE(commits({.edits = {}, .indexed = {}, .removed_documents = {}, .completions = {completion}}));
  harness->reopen();
  const Task ended = must(catalog().task(task.id));
  EXPECT_EQ(ended.result, completion.result);
  EXPECT_EQ(ended.requested_by.at("subject"), "user:ann");
}

TEST_P(CatalogContract, DoesNotLetTwoAskersShareATask) {
  const Task mine = must(catalog().enqueue(answer_task("user:ann")));
  EXPECT_NE(must(catalog().enqueue(answer_task("user:bob"))).id, mine.id);
  EXPECT_EQ(must(catalog().enqueue(answer_task("user:ann"))).id, mine.id);
}

TEST_P(CatalogContract, ShowsAViewerOnlyItsOwnTasksAndThoseOfDocumentsItMaySee) {
  const Collection collection = make_collection();
  NewDocument open = new_document("open", "1"), ours = new_document("ours", "2"), theirs = new_document("theirs", "3");
  ours.facts.acl = {"group:b", "group:a"};
  theirs.facts.acl = {"group:c"};
  must(catalog().register_documents(collection.id, {open, ours, theirs}, 5));
  must(catalog().enqueue(answer_task("user:ann")));
  must(catalog().enqueue(answer_task("user:bob")));
  const TaskViewer viewer{.groups = {"group:a", "user:ann"}, .subject = "user:ann"};
  TaskFilter filter{.tenant = local_tenant, .status = {}, .priority = {}, .type = "", .cursor = "", .limit = 10};
  filter.viewer = viewer;
  const auto page = must(catalog().tasks(filter));
  ASSERT_EQ(page.items.size(), 3u);
  EXPECT_EQ(page.items.at(0).requested_by.at("subject"), "user:ann");
  EXPECT_EQ(page.items.at(1).document, document_id(collection.id, "ours"));
  EXPECT_EQ(page.items.at(2).document, document_id(collection.id, "open"));
  filter.status = TaskStatus::queued;
  EXPECT_EQ(must(catalog().tasks(filter)).items.size(), 3u);
  EXPECT_EQ(must(catalog().task_counts(local_tenant, viewer)), (std::vector<std::uint64_t>{3, 0, 0, 0, 0}));
  EXPECT_EQ(must(catalog().task_counts(local_tenant, TaskViewer{})), (std::vector<std::uint64_t>{1, 0, 0, 0, 0}));
}

TEST_P(CatalogContract, TellsHowManyTasksAreAhead) {
  const auto tasks = add_many(catalog(), collection_of(catalog(), "a"), 5, 5);
  add_many(catalog(), collection_of(catalog(), "b"), 5, 1);
  EXPECT_EQ(must(catalog().tasks_ahead(tasks.at(3).task, 100)), 3u) << "other tenants are nobody's business";
  EXPECT_EQ(must(catalog().tasks_ahead(tasks.at(3).task, 2)), 2u);
  must(catalog().set_priority(tasks.at(4).task, 0));
  EXPECT_EQ(must(catalog().tasks_ahead(tasks.at(3).task, 100)), 4u);
  must(catalog().cancel_task(tasks.at(3).task));
  EXPECT_EQ(must(catalog().tasks_ahead(tasks.at(3).task, 100)), 0u);
  EXPECT_TRUE(fails_with(ErrorKind::not_found, catalog().tasks_ahead(TaskId("nobody"), 1)));
}

TEST_P(CatalogContract, TellsWhenThereIsSomethingToClaim) {
  const std::vector<std::string> types{"ingest"};
  EXPECT_FALSE(must(catalog().next_claimable(types)));
  add_many(catalog(), collection_of(catalog(), "a"), 1, 5);
  EXPECT_LE(must(catalog().next_claimable(types)), clock().now());
  EXPECT_FALSE(must(catalog().next_claimable({"compact"})));
  Task task = claim(1, types).at(0);
  EXPECT_EQ(must(catalog().next_claimable(types)), clock().now() + 10s) << "when its lease runs out";
  must(catalog().fail_task(lease_of(task), "later", 30s));
  EXPECT_EQ(must(catalog().next_claimable(types)), clock().now() + 30s);
  Task wanted = answer_task("user:ann");
  wanted.deadline = clock().now() + 5s;
  must(catalog().enqueue(wanted));
  EXPECT_EQ(must(catalog().next_claimable(types)), clock().now() + 30s) << "not of these types";
  claim(1, {"answer"});
  EXPECT_EQ(must(catalog().next_claimable({"answer"})), clock().now() + 5s) << "its deadline comes before its lease";
}

TEST_P(CatalogContract, QueuesADocumentAgainUnderANewVersionWhileTheOldOneIsFound) {
  const Collection collection = make_collection();
  const RegisteredDocument indexed = add_indexed(collection, "a", "one");
  const RegisteredDocument failed = add(collection, "b", "two");
  must(catalog().fail_task(lease_of(claim(1, {"ingest"}).at(0)), "broken", std::nullopt));
  const RegisteredDocument waiting = add(collection, "c", "three");
  const TaskId parent = must(catalog().enqueue(answer_task("user:ann"))).id;
  const auto first = must(catalog().queue_reindex(collection.id, "", 1, 7, parent));
  EXPECT_EQ(first.queued, 1u);
  EXPECT_EQ(first.last, "a");
  const auto rest = must(catalog().queue_reindex(collection.id, first.last, 10, 7, parent));
  EXPECT_EQ(rest.queued, 1u) << "one waits anyway";
  EXPECT_EQ(rest.last, "c");
  EXPECT_EQ(must(catalog().queue_reindex(collection.id, rest.last, 10, 7, parent)).last, "");
  EXPECT_EQ(must(catalog().document(indexed.id)).version, 2u);
  EXPECT_EQ(must(catalog().document(indexed.id)).indexed_version, 1u);
  EXPECT_EQ(must(catalog().document(failed.id)).version, 1u) << "this version was never indexed";
  TaskFilter filter{.tenant = local_tenant, .status = {}, .priority = {}, .type = "", .cursor = "", .limit = 10};
  filter.parent = parent;
  for (const Task& task : must(catalog().tasks(filter)).items) {
    EXPECT_EQ(task.priority, 7);
    EXPECT_NE(task.document, waiting.id);
  }
  claim(1, {"ingest"});  // c
  EXPECT_TRUE(commits(ingest_commit(collection, claim(1, {"ingest"}).at(0))));
  EXPECT_EQ(must(catalog().document(indexed.id)).indexed_version, 2u);
  EXPECT_EQ(must(catalog().queue_reindex(collection.id, "", 1, 7, parent)).queued, 0u) << "this parent had it done";
  EXPECT_TRUE(add(collection, "a", "one").unchanged);
  EXPECT_TRUE(fails_with(ErrorKind::not_found, catalog().queue_reindex(CollectionId("x"), "", 1, 5, {})));
}

TEST_P(CatalogContract, CancelsWithATaskThoseThatItQueued) {
  const Collection collection = make_collection();
  const RegisteredDocument first = add_indexed(collection, "a", "one");
  add_indexed(collection, "b", "two");
  add_indexed(collection, "c", "three");
  const TaskId parent = must(catalog().enqueue(answer_task("user:ann"))).id;
  const TaskId other = must(catalog().enqueue(answer_task("user:bob"))).id;
  EXPECT_EQ(must(catalog().queue_reindex(collection.id, "", 2, 5, parent)).queued, 2u);
  EXPECT_EQ(must(catalog().queue_reindex(collection.id, "b", 1, 5, other)).queued, 1u);
  const Task running = claim(1, {"ingest"}).at(0);
  must(catalog().cancel_task(parent));
  EXPECT_EQ(must(catalog().task(running.id)).status, TaskStatus::cancelled);
  EXPECT_EQ(must(catalog().task(other)).status, TaskStatus::queued);
  const auto left = claim(10, {"ingest"});
  ASSERT_EQ(left.size(), 1u);
  EXPECT_EQ(left.at(0).parent, other);
  EXPECT_FALSE(commits(ingest_commit(collection, running)));
  EXPECT_EQ(must(catalog().document(first.id)).indexed_version, 1u) << "what was found before still is";
  EXPECT_TRUE(fails_with(ErrorKind::cancelled, catalog().queue_reindex(collection.id, "", 10, 5, parent)));
}

TEST_P(CatalogContract, ForgetsAnEndedTaskWhenItExpires) {
  Task wanted = answer_task("user:ann");
  wanted.expires_at = clock().now() + 1h;
  const Task task = must(catalog().enqueue(wanted));
  clock().advance(2h);
  EXPECT_EQ(must(catalog().prune_tasks(24h)), 0u) << "it has not ended";
  EXPECT_TRUE(commits(
      {.edits = {}, .indexed = {}, .removed_documents = {}, .completions = {done(claim(1, {"answer"}).at(0))}}));
  EXPECT_EQ(must(catalog().prune_tasks(24h)), 1u);
  EXPECT_TRUE(fails_with(ErrorKind::not_found, catalog().task(task.id)));
}

}  // namespace cairn::testing
