#pragma once

#include <memory>

#include "adapters/fault/fault_plan.h"
#include "ports/catalog.h"

namespace cairn {

/// A catalog whose calls go wrong now and then: before they did anything, or after, with the acknowledgement lost.
class FaultyCatalog final : public Catalog {
 public:
  /// `inner` must outlive this catalog.
  FaultyCatalog(Catalog& inner, std::shared_ptr<FaultPlan> plan) : inner_(inner), plan_(std::move(plan)) {}

  Result<Collection> create_collection(const Collection& wanted) override;
  Result<Collection> collection(const TenantId& tenant, const std::string& name) const override;
  Result<Collection> collection(const CollectionId& id) const override;
  Result<std::vector<Collection>> collections(const TenantId& tenant) const override;
  Result<std::vector<Collection>> all_collections() const override;
  Result<CollectionCounts> counts(const CollectionId& id) const override;
  Result<CollectionCounts> visible_counts(const CollectionId& id,
                                          const std::vector<std::string>& groups) const override;
  Result<StoredTotals> totals(const TenantId& tenant) const override;
  Result<void> delete_collection(const CollectionId& id) override;
  Result<std::vector<RegisteredDocument>> register_documents(const CollectionId& collection,
                                                             const std::vector<NewDocument>& documents,
                                                             int priority) override;
  Result<Document> document(const DocumentId& id) const override;
  Result<Page<Document>> documents(const DocumentFilter& filter) const override;
  Result<TaskId> request_deletion(const DocumentId& id, int priority) override;
  Result<std::vector<std::uint64_t>> document_counts(const CollectionId& collection) const override;
  Result<Manifest> manifest(const CollectionId& collection) const override;
  Result<CommitOutcome> commit(const Commit& commit) override;
  Result<Task> enqueue(const Task& task) override;
  Result<std::vector<Task>> claim(const ClaimRequest& request) override;
  Result<std::vector<TaskId>> renew(const std::vector<TaskProgress>& progress,
                                    std::chrono::milliseconds lease) override;
  Result<void> fail_task(const Lease& lease, const std::string& error,
                         std::optional<std::chrono::milliseconds> retry_after) override;
  Result<void> release(const std::vector<Lease>& leases) override;
  Result<Task> task(const TaskId& id) const override;
  Result<Page<Task>> tasks(const TaskFilter& filter) const override;
  Result<std::vector<std::uint64_t>> task_counts(const TenantId& tenant) const override;
  Result<std::vector<std::uint64_t>> task_counts(const TenantId& tenant, const TaskViewer& viewer) const override;
  Result<std::uint64_t> tasks_ahead(const TaskId& id, std::uint64_t most) const override;
  Result<std::optional<TimePoint>> next_claimable(const std::vector<std::string>& types) const override;
  Result<ReindexStep> queue_reindex(const CollectionId& collection, const std::string& after, std::size_t limit,
                                    int priority, const TaskId& parent) override;
  Result<Task> cancel_task(const TaskId& id) override;
  Result<Task> retry_task(const TaskId& id) override;
  Result<Task> set_priority(const TaskId& id, int priority) override;
  Result<Changes> changes(const ChangeFilter& filter) const override;
  Result<std::uint64_t> last_change() const override;
  Result<std::vector<BlobId>> reachable_blobs() const override;
  Result<std::uint64_t> prune_tasks(std::chrono::milliseconds age) override;
  Result<std::vector<std::string>> verify() const override;
  Result<void> copy_to(const std::string& path) const override;
  Result<std::string> setting(const std::string& name) const override;
  Result<void> set_setting(const std::string& name, const std::string& value) override;

 private:
  Catalog& inner_;
  std::shared_ptr<FaultPlan> plan_;
};

}  // namespace cairn
