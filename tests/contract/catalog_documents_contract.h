#pragma once

#include "contract/catalog_contract.h"

// Registering, listing and deleting documents.

namespace cairn::testing {

TEST_P(CatalogContract, RegistersANewDocumentAndQueuesItsIngestTask) {
  const Collection collection = make_collection();
  NewDocument wanted = new_document("reports/2026.pdf", "text");
  wanted.facts.title = "Annual report";
  wanted.facts.url = "https://example.org/2026.pdf";
  wanted.facts.metadata = {{"year", 2026}, {"tags", {"a", "b"}}};
  wanted.facts.acl = {"group:board", "user:ada"};
  const auto registered = must(catalog().register_documents(collection.id, {wanted}, 3)).at(0);
  EXPECT_EQ(registered.id, document_id(collection.id, wanted.external_id));
  EXPECT_EQ(registered.version, 1u);
  EXPECT_FALSE(registered.unchanged);
  EXPECT_EQ(registered.status, DocumentStatus::queued);
  harness->reopen();
  const Document document = must(catalog().document(registered.id));
  EXPECT_EQ(document.collection, collection.id);
  EXPECT_EQ(document.external_id, wanted.external_id);
  EXPECT_EQ(document.facts, wanted.facts);
  EXPECT_EQ(document.content_hash, wanted.content_hash);
  EXPECT_EQ(document.byte_size, 4u);
  EXPECT_EQ(document.indexed_version, 0u);
  EXPECT_EQ(document.status, DocumentStatus::queued);
  const Task task = must(catalog().task(registered.task));
  EXPECT_EQ(task.type, "ingest");
  EXPECT_EQ(task.tenant, local_tenant);
  EXPECT_EQ(task.collection, collection.id);
  EXPECT_EQ(task.document, registered.id);
  EXPECT_EQ(task.document_version, 1u);
  EXPECT_EQ(task.priority, 3);
  EXPECT_EQ(task.status, TaskStatus::queued);
}

TEST_P(CatalogContract, LeavesAnUnchangedDocumentAlone) {
  const Collection collection = make_collection();
  const RegisteredDocument first = add(collection, "a", "text");
  const RegisteredDocument while_queued = add(collection, "a", "text");
  EXPECT_TRUE(while_queued.unchanged);
  EXPECT_EQ(while_queued.task, first.task);
  EXPECT_TRUE(commits(ingest_commit(collection, claim().at(0))));
  const RegisteredDocument when_indexed = add(collection, "a", "text");
  EXPECT_TRUE(when_indexed.unchanged);
  EXPECT_TRUE(when_indexed.task.empty());
  EXPECT_EQ(when_indexed.status, DocumentStatus::indexed);
  EXPECT_EQ(when_indexed.version, 1u);
  EXPECT_TRUE(claim().empty());
}

TEST_P(CatalogContract, GivesChangedBytesTheNextVersionAndKeepsTheOldOneUntilItIsIndexed) {
  const Collection collection = make_collection();
  const RegisteredDocument first = add_indexed(collection, "a", "old");
  const RegisteredDocument second = add(collection, "a", "new");
  EXPECT_EQ(second.id, first.id);
  EXPECT_EQ(second.version, 2u);
  EXPECT_FALSE(second.unchanged);
  EXPECT_EQ(must(catalog().document(first.id)).indexed_version, 1u);
  EXPECT_TRUE(commits(ingest_commit(collection, claim().at(0))));
  EXPECT_EQ(must(catalog().document(first.id)).indexed_version, 2u);
}

TEST_P(CatalogContract, TakesChangedFactsForAChange) {
  const Collection collection = make_collection();
  add_indexed(collection, "a", "text");
  NewDocument changed = new_document("a", "text");
  changed.facts.acl = {"group:board"};
  EXPECT_EQ(must(catalog().register_documents(collection.id, {changed}, 5)).at(0).version, 2u);
}

TEST_P(CatalogContract, KeepsTheAclOfWhatIsReplacedWhereThatIsAsked) {
  const Collection collection = make_collection();
  NewDocument wanted = new_document("a", "old");
  wanted.facts.acl = {"group:board"};
  wanted.keeps_acl = true;
  const auto registered = [&] { return must(catalog().register_documents(collection.id, {wanted}, 5)).at(0); };
  const DocumentId id = registered().id;
  EXPECT_EQ(must(catalog().document(id)).facts.acl, wanted.facts.acl) << "there was none to keep";
  wanted = new_document("a", "new");
  wanted.keeps_acl = true;
  EXPECT_EQ(registered().version, 2u);
  EXPECT_EQ(must(catalog().document(id)).facts.acl, std::vector<std::string>{"group:board"});
  EXPECT_TRUE(registered().unchanged);
  wanted.keeps_acl = false;
  EXPECT_EQ(registered().version, 3u);
  EXPECT_TRUE(must(catalog().document(id)).facts.acl.empty());
}

TEST_P(CatalogContract, ReplacesAVersionThatIsNamedAlsoByTheSame) {
  const Collection collection = make_collection();
  const RegisteredDocument first = add_indexed(collection, "a", "text");
  NewDocument wanted = new_document("a", "text");
  wanted.only_if_version = first.version;
  const auto registered = [&] { return must(catalog().register_documents(collection.id, {wanted}, 5)).at(0); };
  const RegisteredDocument again = registered();
  wanted.only_if_version = again.version;
  EXPECT_EQ(again.id, first.id);
  EXPECT_EQ(again.version, 2u);
  EXPECT_FALSE(again.unchanged);
  EXPECT_EQ(registered().task, again.task) << "it waits already";
  EXPECT_EQ(must(catalog().document(first.id)).indexed_version, 1u);
  must(catalog().fail_task(lease_of(claim().at(0)), "broken", std::nullopt));
  EXPECT_EQ(registered().version, 2u) << "this version was never indexed";
}

TEST_P(CatalogContract, ReplacesOnlyTheVersionThatAChangeWasMadeFor) {
  const Collection collection = make_collection();
  const RegisteredDocument first = add_indexed(collection, "a", "text");
  NewDocument changed = new_document("a", "text");
  changed.facts.title = "First";
  changed.only_if_version = first.version;
  EXPECT_EQ(must(catalog().register_documents(collection.id, {changed}, 5)).at(0).version, 2u);
  changed.facts.title = "Second";
  const NewDocument other = new_document("b", "text");
  EXPECT_TRUE(fails_with(ErrorKind::conflict, catalog().register_documents(collection.id, {other, changed}, 5)));
  EXPECT_EQ(must(catalog().document(first.id)).facts.title, "First");
  EXPECT_TRUE(fails_with(ErrorKind::not_found, catalog().document(document_id(collection.id, "b"))));
  changed.external_id = "never there";
  EXPECT_TRUE(fails_with(ErrorKind::conflict, catalog().register_documents(collection.id, {changed}, 5)));
}

TEST_P(CatalogContract, CancelsTheTaskOfAReplacedVersion) {
  const Collection collection = make_collection();
  const RegisteredDocument first = add(collection, "a", "one");
  const Task running = claim().at(0);
  const RegisteredDocument second = add(collection, "a", "two");
  EXPECT_EQ(must(catalog().task(first.task)).status, TaskStatus::cancelled);
  const CommitOutcome late = must(catalog().commit(ingest_commit(collection, running)));
  ASSERT_TRUE(late.refusal);
  EXPECT_EQ(late.refusal->lost_leases, std::vector<TaskId>{first.task});
  EXPECT_EQ(late.refusal->superseded, std::vector<DocumentId>{first.id});
  EXPECT_EQ(claim().at(0).id, second.task);
}

TEST_P(CatalogContract, CountsTwoEntriesOfOneExternalIdInTheirOrder) {
  const Collection collection = make_collection();
  const auto registered = must(catalog().register_documents(
      collection.id, {new_document("a", "one"), new_document("a", "two"), new_document("a", "two")}, 5));
  ASSERT_EQ(registered.size(), 3u);
  EXPECT_EQ(registered[1].version, 2u);
  EXPECT_TRUE(registered[2].unchanged);
  EXPECT_EQ(registered[2].task, registered[1].task);
  EXPECT_EQ(must(catalog().document(registered[0].id)).content_hash, blob_of("two"));
  EXPECT_EQ(must(catalog().task(registered[0].task)).status, TaskStatus::cancelled);
}

TEST_P(CatalogContract, TriesAFailedOrCancelledDocumentAgainUnderItsVersion) {
  const Collection collection = make_collection();
  add(collection, "a", "text");
  must(catalog().fail_task(lease_of(claim().at(0)), "broken file", std::nullopt));
  const RegisteredDocument after_failure = add(collection, "a", "text");
  EXPECT_FALSE(after_failure.unchanged);
  EXPECT_EQ(after_failure.version, 1u);
  EXPECT_EQ(must(catalog().document(after_failure.id)).error, "");
  must(catalog().cancel_task(after_failure.task));
  const RegisteredDocument after_cancel = add(collection, "a", "text");
  EXPECT_FALSE(after_cancel.unchanged);
  EXPECT_NE(after_cancel.task, after_failure.task);
  EXPECT_EQ(after_cancel.status, DocumentStatus::queued);
}

TEST_P(CatalogContract, RefusesABatchWithABadEntryAsAWhole) {
  const Collection collection = make_collection();
  NewDocument bad_metadata = new_document("b", "text");
  bad_metadata.facts.metadata = nlohmann::json::array({1});
  NewDocument bad_hash = new_document("b", "text");
  bad_hash.content_hash = BlobId("abc");
  for (const NewDocument& bad :
       {new_document("", "text"), new_document(std::string("a\0b", 3), "text"), bad_metadata, bad_hash}) {
    EXPECT_TRUE(fails_with(ErrorKind::invalid,
                           catalog().register_documents(collection.id, {new_document("a", "text"), bad}, 5)));
    EXPECT_TRUE(fails_with(ErrorKind::not_found, catalog().document(document_id(collection.id, "a"))));
  }
  EXPECT_TRUE(
      fails_with(ErrorKind::invalid, catalog().register_documents(collection.id, {new_document("a", "text")}, 10)));
}

TEST_P(CatalogContract, KeepsStrangeNamesAsTheyAre) {
  const Collection collection = make_collection();
  const std::vector<std::string> names = {"with\nnewline", " space ",  "\xff\xfe not UTF-8", "مستند عربي",
                                          "%_like",        "文件.pdf", "'quoted\""};
  for (const std::string& name : names) {
    const RegisteredDocument registered = add(collection, name, "text of " + name);
    EXPECT_EQ(must(catalog().document(registered.id)).external_id, name);
  }
  const DocumentFilter filter{.collection = collection.id, .status = {}, .text = "%_LI", .cursor = "", .limit = 10};
  EXPECT_EQ(must(catalog().documents(filter)).items.size(), 1u) << "% and _ stand for themselves";
}

TEST_P(CatalogContract, PagesThroughDocumentsByExternalIdWhileOthersCome) {
  const Collection collection = make_collection();
  for (const char* name : {"e", "a", "c", "b", "d"}) add(collection, name, name);
  DocumentFilter filter{.collection = collection.id, .status = {}, .text = "", .cursor = "", .limit = 2};
  std::vector<std::string> seen;
  do {
    const auto page = must(catalog().documents(filter));
    EXPECT_LE(page.items.size(), 2u);
    for (const Document& document : page.items) seen.push_back(document.external_id);
    filter.cursor = page.next_cursor;
    add(collection, "a" + std::to_string(seen.size()), "late");  // Before the cursor: must shift nothing.
  } while (!filter.cursor.empty());
  EXPECT_EQ(seen, (std::vector<std::string>{"a", "b", "c", "d", "e"}));
}

TEST_P(CatalogContract, FiltersDocumentsByStatusAndText) {
  const Collection collection = make_collection();
  add_indexed(collection, "indexed.txt", "text");
  add(collection, "waiting.txt", "text");
  DocumentFilter filter{
      .collection = collection.id, .status = DocumentStatus::indexed, .text = "", .cursor = "", .limit = 10};
  EXPECT_EQ(must(catalog().documents(filter)).items.size(), 1u);
  filter.status.reset();
  filter.text = "WAITING";
  EXPECT_EQ(must(catalog().documents(filter)).items.at(0).external_id, "waiting.txt");
  filter.text = "found tit";  // The extracted title, as none was given.
  EXPECT_EQ(must(catalog().documents(filter)).items.at(0).external_id, "indexed.txt");
  filter.text = "nothing";
  EXPECT_TRUE(must(catalog().documents(filter)).items.empty());
  const auto counts = must(catalog().document_counts(collection.id));
  EXPECT_EQ(counts.at(static_cast<std::size_t>(DocumentStatus::indexed)), 1u);
  EXPECT_EQ(counts.at(static_cast<std::size_t>(DocumentStatus::queued)), 1u);
}

TEST_P(CatalogContract, RefusesAForeignCursor) {
  const Collection collection = make_collection();
  for (const char* cursor : {"zz", "74", "7431", "nonsense"}) {
    const DocumentFilter filter{.collection = collection.id, .status = {}, .text = "", .cursor = cursor, .limit = 2};
    EXPECT_TRUE(fails_with(ErrorKind::invalid, catalog().documents(filter))) << cursor;
  }
  const TaskFilter filter{
      .tenant = local_tenant, .status = {}, .priority = {}, .type = "", .cursor = "7478", .limit = 2};
  EXPECT_TRUE(fails_with(ErrorKind::invalid, catalog().tasks(filter)));
}

TEST_P(CatalogContract, DeletesADocumentOnceItsTaskIsCommitted) {
  const Collection collection = make_collection();
  const RegisteredDocument document = add_indexed(collection, "a", "text");
  const TaskId deletion = must(catalog().request_deletion(document.id, 2));
  EXPECT_EQ(must(catalog().request_deletion(document.id, 2)), deletion) << "asking again queues nothing";
  EXPECT_EQ(must(catalog().document(document.id)).status, DocumentStatus::indexed) << "it is still found";
  const Task task = claim().at(0);
  EXPECT_EQ(task.id, deletion);
  EXPECT_EQ(task.type, "delete");
  EXPECT_TRUE(commits(deletion_commit(collection, task)));
  EXPECT_TRUE(fails_with(ErrorKind::not_found, catalog().document(document.id)));
  EXPECT_EQ(must(catalog().counts(collection.id)).documents, 0u);
  EXPECT_TRUE(fails_with(ErrorKind::not_found, catalog().request_deletion(document.id, 2)));
  EXPECT_EQ(must(catalog().task(deletion)).document, document.id) << "the task still says what it was about";
}

TEST_P(CatalogContract, CancelsTheIngestOfADocumentThatIsToBeDeleted) {
  const Collection collection = make_collection();
  const RegisteredDocument document = add(collection, "a", "text");
  const Task running = claim().at(0);
  must(catalog().request_deletion(document.id, 2));
  EXPECT_EQ(must(catalog().task(document.task)).status, TaskStatus::cancelled);
  EXPECT_FALSE(commits(ingest_commit(collection, running)));
}

TEST_P(CatalogContract, KeepsADocumentThatIsRegisteredAgainAfterItsDeletionWasAskedFor) {
  const Collection collection = make_collection();
  const RegisteredDocument document = add_indexed(collection, "a", "text");
  must(catalog().request_deletion(document.id, 2));
  const Task deletion = claim().at(0);
  const RegisteredDocument again = add(collection, "a", "text");
  EXPECT_FALSE(again.unchanged);
  const CommitOutcome late = must(catalog().commit(deletion_commit(collection, deletion)));
  ASSERT_TRUE(late.refusal);
  EXPECT_EQ(late.refusal->lost_leases, std::vector<TaskId>{deletion.id});
  Commit without_task = deletion_commit(collection, deletion);
  without_task.completions.clear();
  const CommitOutcome blind = must(catalog().commit(without_task));
  ASSERT_TRUE(blind.refusal);
  EXPECT_EQ(blind.refusal->superseded, std::vector<DocumentId>{document.id});
  EXPECT_EQ(must(catalog().document(document.id)).version, again.version);
}

TEST_P(CatalogContract, CanRegisterADeletedDocumentAnew) {
  const Collection collection = make_collection();
  const RegisteredDocument document = add_indexed(collection, "a", "text");
  must(catalog().request_deletion(document.id, 2));
  EXPECT_TRUE(commits(deletion_commit(collection, claim().at(0))));
  const RegisteredDocument anew = add(collection, "a", "text");
  EXPECT_EQ(anew.id, document.id);
  EXPECT_FALSE(anew.unchanged);
}

TEST_P(CatalogContract, SaysNotFoundForAnUnknownDocument) {
  for (const char* id : {"", "nobody", "0123456789abcdef0123456789abcdef"}) {
    EXPECT_TRUE(fails_with(ErrorKind::not_found, catalog().document(DocumentId(id))));
    EXPECT_TRUE(fails_with(ErrorKind::not_found, catalog().request_deletion(DocumentId(id), 5)));
  }
}

}  // namespace cairn::testing
