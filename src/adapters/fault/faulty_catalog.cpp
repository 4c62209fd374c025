#include "adapters/fault/faulty_catalog.h"

#include "adapters/fault/inject.h"

namespace cairn {

Result<Collection> FaultyCatalog::create_collection(const Collection& wanted) {
  return inject(*plan_, "catalog.create_collection", [&] { return inner_.create_collection(wanted); });
}

Result<Collection> FaultyCatalog::collection(const TenantId& tenant, const std::string& name) const {
  return inject(*plan_, "catalog.collection", [&] { return inner_.collection(tenant, name); });
}

Result<Collection> FaultyCatalog::collection(const CollectionId& id) const {
  return inject(*plan_, "catalog.collection", [&] { return inner_.collection(id); });
}

Result<std::vector<Collection>> FaultyCatalog::collections(const TenantId& tenant) const {
  return inject(*plan_, "catalog.collections", [&] { return inner_.collections(tenant); });
}

Result<std::vector<Collection>> FaultyCatalog::all_collections() const {
  return inject(*plan_, "catalog.all_collections", [&] { return inner_.all_collections(); });
}

Result<CollectionCounts> FaultyCatalog::counts(const CollectionId& id) const {
  return inject(*plan_, "catalog.counts", [&] { return inner_.counts(id); });
}

Result<CollectionCounts> FaultyCatalog::visible_counts(const CollectionId& id,
                                                       const std::vector<std::string>& groups) const {
  return inject(*plan_, "catalog.visible_counts", [&] { return inner_.visible_counts(id, groups); });
}

Result<StoredTotals> FaultyCatalog::totals(const TenantId& tenant) const {
  return inject(*plan_, "catalog.totals", [&] { return inner_.totals(tenant); });
}

Result<void> FaultyCatalog::delete_collection(const CollectionId& id) {
  return inject(*plan_, "catalog.delete_collection", [&] { return inner_.delete_collection(id); });
}

Result<std::vector<RegisteredDocument>> FaultyCatalog::register_documents(const CollectionId& collection,
                                                                          const std::vector<NewDocument>& documents,
                                                                          int priority) {
  return inject(*plan_, "catalog.register_documents",
                [&] { return inner_.register_documents(collection, documents, priority); });
}

Result<Document> FaultyCatalog::document(const DocumentId& id) const {
  return inject(*plan_, "catalog.document", [&] { return inner_.document(id); });
}

Result<Page<Document>> FaultyCatalog::documents(const DocumentFilter& filter) const {
  return inject(*plan_, "catalog.documents", [&] { return inner_.documents(filter); });
}

Result<TaskId> FaultyCatalog::request_deletion(const DocumentId& id, int priority) {
  return inject(*plan_, "catalog.request_deletion", [&] { return inner_.request_deletion(id, priority); });
}

Result<std::vector<std::uint64_t>> FaultyCatalog::document_counts(const CollectionId& collection) const {
  return inject(*plan_, "catalog.document_counts", [&] { return inner_.document_counts(collection); });
}

Result<Manifest> FaultyCatalog::manifest(const CollectionId& collection) const {
  return inject(*plan_, "catalog.manifest", [&] { return inner_.manifest(collection); });
}

Result<CommitOutcome> FaultyCatalog::commit(const Commit& commit) {
  return inject(*plan_, "catalog.commit", [&] { return inner_.commit(commit); });
}

Result<Task> FaultyCatalog::enqueue(const Task& task) {
  return inject(*plan_, "catalog.enqueue", [&] { return inner_.enqueue(task); });
}

Result<std::vector<Task>> FaultyCatalog::claim(const ClaimRequest& request) {
  return inject(*plan_, "catalog.claim", [&] { return inner_.claim(request); });
}

Result<std::vector<TaskId>> FaultyCatalog::renew(const std::vector<TaskProgress>& progress,
                                                 std::chrono::milliseconds lease) {
  return inject(*plan_, "catalog.renew", [&] { return inner_.renew(progress, lease); });
}

Result<void> FaultyCatalog::fail_task(const Lease& lease, const std::string& error,
                                      std::optional<std::chrono::milliseconds> retry_after) {
  return inject(*plan_, "catalog.fail_task", [&] { return inner_.fail_task(lease, error, retry_after); });
}

Result<void> FaultyCatalog::release(const std::vector<Lease>& leases) {
  return inject(*plan_, "catalog.release", [&] { return inner_.release(leases); });
}

Result<Task> FaultyCatalog::task(const TaskId& id) const {
  return inject(*plan_, "catalog.task", [&] { return inner_.task(id); });
}

Result<Page<Task>> FaultyCatalog::tasks(const TaskFilter& filter) const {
  return inject(*plan_, "catalog.tasks", [&] { return inner_.tasks(filter); });
}

Result<std::vector<std::uint64_t>> FaultyCatalog::task_counts(const TenantId& tenant) const {
  return inject(*plan_, "catalog.task_counts", [&] { return inner_.task_counts(tenant); });
}

Result<std::vector<std::uint64_t>> FaultyCatalog::task_counts(const TenantId& tenant, const TaskViewer& viewer) const {
  return inject(*plan_, "catalog.task_counts", [&] { return inner_.task_counts(tenant, viewer); });
}

Result<std::uint64_t> FaultyCatalog::tasks_ahead(const TaskId& id, std::uint64_t most) const {
  return inject(*plan_, "catalog.tasks_ahead", [&] { return inner_.tasks_ahead(id, most); });
}

Result<std::optional<TimePoint>> FaultyCatalog::next_claimable(const std::vector<std::string>& types) const {
  return inject(*plan_, "catalog.next_claimable", [&] { return inner_.next_claimable(types); });
}

Result<ReindexStep> FaultyCatalog::queue_reindex(const CollectionId& collection, const std::string& after,
                                                 std::size_t limit, int priority, const TaskId& parent) {
  return inject(*plan_, "catalog.queue_reindex",
                [&] { return inner_.queue_reindex(collection, after, limit, priority, parent); });
}

Result<Task> FaultyCatalog::cancel_task(const TaskId& id) {
  return inject(*plan_, "catalog.cancel_task", [&] { return inner_.cancel_task(id); });
}

Result<Task> FaultyCatalog::retry_task(const TaskId& id) {
  return inject(*plan_, "catalog.retry_task", [&] { return inner_.retry_task(id); });
}

Result<Task> FaultyCatalog::set_priority(const TaskId& id, int priority) {
  return inject(*plan_, "catalog.set_priority", [&] { return inner_.set_priority(id, priority); });
}

Result<Changes> FaultyCatalog::changes(const ChangeFilter& filter) const {
  return inject(*plan_, "catalog.changes", [&] { return inner_.changes(filter); });
}

Result<std::uint64_t> FaultyCatalog::last_change() const {
  return inject(*plan_, "catalog.last_change", [&] { return inner_.last_change(); });
}

Result<std::vector<BlobId>> FaultyCatalog::reachable_blobs() const {
  return inject(*plan_, "catalog.reachable_blobs", [&] { return inner_.reachable_blobs(); });
}

Result<std::uint64_t> FaultyCatalog::prune_tasks(std::chrono::milliseconds age) {
  return inject(*plan_, "catalog.prune_tasks", [&] { return inner_.prune_tasks(age); });
}

Result<std::vector<std::string>> FaultyCatalog::verify() const {
  return inject(*plan_, "catalog.verify", [&] { return inner_.verify(); });
}

Result<void> FaultyCatalog::copy_to(const std::string& path) const {
  return inject(*plan_, "catalog.copy_to", [&] { return inner_.copy_to(path); });
}

Result<std::string> FaultyCatalog::setting(const std::string& name) const {
  return inject(*plan_, "catalog.setting", [&] { return inner_.setting(name); });
}

Result<void> FaultyCatalog::set_setting(const std::string& name, const std::string& value) {
  return inject(*plan_, "catalog.set_setting", [&] { return inner_.set_setting(name, value); });
}

}  // namespace cairn
