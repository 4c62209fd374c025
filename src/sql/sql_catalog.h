#pragma once

#include <string>
#include <utility>
#include <vector>

#include "ports/portable_catalog.h"
#include "sql/changes.h"
#include "sql/claims.h"
#include "sql/collections.h"
#include "sql/commit.h"
#include "sql/documents.h"
#include "sql/manifests.h"
#include "sql/portable.h"
#include "sql/reindex.h"
#include "sql/tasks.h"
#include "sql/upkeep.h"

namespace cairn::sql {

/// The methods of PortableCatalog, each one transaction around the function of the same name in this folder.
/// `Transactions` is what an adapter brings:
///   read(work) const   runs `work(Connection&)` on one state of the catalog;
///   write(work)        runs `work(const WriteContext&)` in a transaction of its own, one at a time over all processes:
///                      durable when it succeeds, without a trace when it fails;
///   verify() const and copy_to(path) const as in Catalog.
template <class Transactions>
class SqlCatalog final : public PortableCatalog {
 public:
  template <class... Arguments>
  explicit SqlCatalog(Arguments&&... arguments) : transactions_(std::forward<Arguments>(arguments)...) {}

  Result<Collection> create_collection(const Collection& wanted) override {
    return transactions_.write([&](const WriteContext& context) { return sql::create_collection(context, wanted); });
  }
  Result<Collection> collection(const TenantId& tenant, const std::string& name) const override {
    return transactions_.read([&](Connection& db) { return find_collection(db, tenant, name); });
  }
  Result<Collection> collection(const CollectionId& id) const override {
    return transactions_.read([&](Connection& db) { return find_collection(db, id); });
  }
  Result<std::vector<Collection>> collections(const TenantId& tenant) const override {
    return transactions_.read([&](Connection& db) { return list_collections(db, tenant); });
  }
  Result<std::vector<Collection>> all_collections() const override {
    return transactions_.read([&](Connection& db) { return list_all_collections(db); });
  }
  Result<CollectionCounts> counts(const CollectionId& id) const override {
    return transactions_.read([&](Connection& db) { return count_collection(db, id); });
  }
  Result<CollectionCounts> visible_counts(const CollectionId& id,
                                          const std::vector<std::string>& groups) const override {
    return transactions_.read([&](Connection& db) { return count_visible(db, id, groups); });
  }
  Result<StoredTotals> totals(const TenantId& tenant) const override {
    return transactions_.read([&](Connection& db) { return add_up(db, tenant); });
  }
  Result<void> delete_collection(const CollectionId& id) override {
    return transactions_.write([&](const WriteContext& context) { return sql::delete_collection(context, id); });
  }

  Result<std::vector<RegisteredDocument>> register_documents(const CollectionId& collection,
                                                             const std::vector<NewDocument>& documents,
                                                             int priority) override {
    return transactions_.write(
        [&](const WriteContext& context) { return sql::register_documents(context, collection, documents, priority); });
  }
  Result<Document> document(const DocumentId& id) const override {
    return transactions_.read([&](Connection& db) { return find_document(db, id); });
  }
  Result<Page<Document>> documents(const DocumentFilter& filter) const override {
    return transactions_.read([&](Connection& db) { return list_documents(db, filter); });
  }
  Result<TaskId> request_deletion(const DocumentId& id, int priority) override {
    return transactions_.write(
        [&](const WriteContext& context) { return sql::request_deletion(context, id, priority); });
  }
  Result<std::vector<std::uint64_t>> document_counts(const CollectionId& collection) const override {
    return transactions_.read([&](Connection& db) { return count_documents(db, collection); });
  }

  Result<Manifest> manifest(const CollectionId& collection) const override {
    return transactions_.read([&](Connection& db) { return read_manifest(db, collection); });
  }
  Result<CommitOutcome> commit(const Commit& commit) override {
    return transactions_.write([&](const WriteContext& context) { return sql::commit(context, commit); });
  }

  Result<Task> enqueue(const Task& task) override {
    return transactions_.write([&](const WriteContext& context) { return sql::enqueue(context, task); });
  }
  Result<std::vector<Task>> claim(const ClaimRequest& request) override {
    return transactions_.write([&](const WriteContext& context) { return sql::claim(context, request); });
  }
  Result<std::vector<TaskId>> renew(const std::vector<TaskProgress>& progress,
                                    std::chrono::milliseconds lease) override {
    return transactions_.write([&](const WriteContext& context) { return sql::renew(context, progress, lease); });
  }
  Result<void> fail_task(const Lease& lease, const std::string& error,
                         std::optional<std::chrono::milliseconds> retry_after) override {
    return transactions_.write(
        [&](const WriteContext& context) { return sql::fail_task(context, lease, error, retry_after); });
  }
  Result<void> release(const std::vector<Lease>& leases) override {
    return transactions_.write([&](const WriteContext& context) { return sql::release(context, leases); });
  }
  Result<Task> task(const TaskId& id) const override {
    return transactions_.read([&](Connection& db) { return find_task(db, id); });
  }
  Result<Page<Task>> tasks(const TaskFilter& filter) const override {
    return transactions_.read([&](Connection& db) { return list_tasks(db, filter); });
  }
  Result<std::vector<std::uint64_t>> task_counts(const TenantId& tenant) const override {
    return transactions_.read([&](Connection& db) { return count_tasks(db, tenant); });
  }
  Result<std::vector<std::uint64_t>> task_counts(const TenantId& tenant, const TaskViewer& viewer) const override {
    return transactions_.read([&](Connection& db) { return count_tasks(db, tenant, viewer); });
  }
  Result<std::uint64_t> tasks_ahead(const TaskId& id, std::uint64_t most) const override {
    return transactions_.read([&](Connection& db) { return sql::tasks_ahead(db, id, most); });
  }
  Result<std::optional<TimePoint>> next_claimable(const std::vector<std::string>& types) const override {
    return transactions_.read([&](Connection& db) { return sql::next_claimable(db, types); });
  }
  Result<ReindexStep> queue_reindex(const CollectionId& collection, const std::string& after, std::size_t limit,
                                    int priority, const TaskId& parent) override {
    return transactions_.write([&](const WriteContext& context) {
      return sql::queue_reindex(context, {collection, after, limit, priority, parent});
    });
  }
  Result<Task> cancel_task(const TaskId& id) override {
    return transactions_.write([&](const WriteContext& context) { return sql::cancel_task(context, id); });
  }
  Result<Task> retry_task(const TaskId& id) override {
    return transactions_.write([&](const WriteContext& context) { return sql::retry_task(context, id); });
  }
  Result<Task> set_priority(const TaskId& id, int priority) override {
    return transactions_.write([&](const WriteContext& context) { return sql::set_priority(context, id, priority); });
  }

  Result<Changes> changes(const ChangeFilter& filter) const override {
    return transactions_.read([&](Connection& db) { return list_changes(db, filter); });
  }
  Result<std::uint64_t> last_change() const override {
    return transactions_.read([&](Connection& db) { return sql::last_change(db); });
  }

  Result<std::vector<BlobId>> reachable_blobs() const override {
    return transactions_.read([&](Connection& db) { return sql::reachable_blobs(db); });
  }
  Result<std::uint64_t> prune_tasks(std::chrono::milliseconds age) override {
    return transactions_.write([&](const WriteContext& context) { return sql::prune_tasks(context, age); });
  }
  Result<std::vector<std::string>> verify() const override { return transactions_.verify(); }
  Result<void> copy_to(const std::string& path) const override { return transactions_.copy_to(path); }
  Result<std::string> setting(const std::string& name) const override {
    return transactions_.read([&](Connection& db) { return read_setting(db, name); });
  }
  Result<void> set_setting(const std::string& name, const std::string& value) override {
    return transactions_.write([&](const WriteContext& context) { return write_setting(context, name, value); });
  }

  Result<void> read_collection(const CollectionId& id, const CollectionReader& reader) const override {
    return transactions_.read([&](Connection& db) { return sql::read_collection(db, id, reader); });
  }
  Result<CollectionId> next_collection_id(const TenantId& tenant, const std::string& name) const override {
    return transactions_.read([&](Connection& db) { return sql::next_collection_id(db, tenant, name); });
  }
  Result<void> write_collection(const StoredCollection& wanted, const DocumentSource& documents) override {
    return transactions_.write(
        [&](const WriteContext& context) { return sql::write_collection(context, wanted, documents); });
  }

 private:
  Transactions transactions_;
};

}  // namespace cairn::sql
