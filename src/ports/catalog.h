#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "domain/collection.h"
#include "domain/document.h"
#include "domain/manifest.h"
#include "domain/task.h"

namespace cairn {

/// A document to register: bytes that are already in the blob store and durable.
struct NewDocument {
  std::string external_id;  ///< Not empty, no NUL.
  DocumentFacts facts;
  BlobId content_hash;
  std::uint64_t byte_size = 0;
  std::optional<std::uint32_t> only_if_version = {};  ///< What it must replace, even by the same, and nothing else.
  bool keeps_acl = false;  ///< What it replaces keeps its ACL; the one in `facts` is for a new document.
};

struct RegisteredDocument {
  DocumentId id;
  TaskId task;  ///< The ingest task that was queued, or is queued or running already; empty when unchanged and indexed.
  std::uint32_t version = 1;
  bool unchanged = false;
  DocumentStatus status = DocumentStatus::queued;
};

/// One task's result inside a commit.
struct TaskCompletion {
  Lease lease;
  TaskStatus status = TaskStatus::succeeded;  ///< succeeded or failed.
  std::string error;
  nlohmann::json result = {};  ///< Kept with the task; null: nothing.
};

/// What indexing learned about a document.
struct IndexedDocument {
  DocumentId id;
  std::uint32_t version = 0;
  std::string title, language, media_type;  ///< Filled in where the caller gave none.
  std::uint32_t pages = 0, chunks = 0;
  std::uint64_t tokens = 0;
};

/// Everything that becomes true at once.
struct Commit {
  std::vector<ManifestEdit> edits;  ///< At most one a collection.
  std::vector<IndexedDocument> indexed;
  std::vector<DocumentId> removed_documents;  ///< Rows that disappear with their tombstones.
  std::vector<TaskCompletion> completions;
};

/// Why a commit did not happen; nothing of it was written.
struct CommitRefusal {
  std::vector<TaskId> lost_leases;            ///< Cancelled, expired and claimed by someone else, or already completed.
  std::vector<DocumentId> superseded;         ///< Documents that have a newer version by now, or none.
  std::vector<CollectionId> stale_manifests;  ///< Collections whose newest manifest is no longer the edit's base.
};

struct CommitOutcome {
  std::optional<CommitRefusal> refusal;  ///< Empty: committed.
};

struct ClaimRequest {
  NodeId node;
  std::vector<std::string> types;  ///< Empty: any.
  std::size_t limit = 1;
  std::chrono::milliseconds lease{10'000};
  std::optional<std::uint64_t> max_document_bytes = {};  ///< Of what an `ingest` is about; empty: any.
};

struct TaskProgress {
  Lease lease;
  double progress = 0;                            ///< 0..1
  std::optional<DocumentStatus> document_status;  ///< Shown on the task's document.
  std::string stage = {};                         ///< Shown on the task.
};

/// Who may not see every task of its tenant: it sees those about documents whose ACL is empty or names one of `groups`
/// (see Principal), and those that it asked for itself.
struct TaskViewer {
  std::vector<std::string> groups;
  std::string subject;  ///< As it stands under "subject" in Task::requested_by.
};

struct TaskFilter {
  TenantId tenant;
  std::optional<TaskStatus> status;
  std::optional<int> priority;
  std::string type;    ///< Empty: any.
  std::string cursor;  ///< From the page before; empty: the first.
  std::size_t limit = 50;
  std::optional<TaskViewer> viewer = {};  ///< Empty: who may see all of the tenant.
  TaskId parent = {};                     ///< Empty: any.
};

struct DocumentFilter {
  CollectionId collection;
  std::optional<DocumentStatus> status;
  std::string text;  ///< Part of the title or external id; empty: any.
  std::string cursor;
  std::size_t limit = 50;
  /// Only those whose ACL is empty or names one of these groups (see Principal); none: all.
  std::optional<std::vector<std::string>> visible_to = {};
};

enum class ChangeKind { task, document, removed_document, removed_collection };

/// The state that a task or document has by now, or that it is gone, under the number of its newest change.
struct Change {
  std::uint64_t number = 0;
  ChangeKind kind = ChangeKind::task;
  TenantId tenant;
  CollectionId collection;           ///< May be empty.
  DocumentId document_id;            ///< That the change is about; may be empty.
  std::optional<Task> task;          ///< kind task.
  std::optional<Document> document;  ///< kind document.
  std::string external_id;           ///< Of the document, where it is still there.
  std::vector<std::string> acl;      ///< Of the document, also of one that is gone.
  bool acl_is_known = true;          ///< False: about a document that is gone for so long that nobody knows.
};

struct ChangeFilter {
  std::uint64_t after = 0;         ///< Only newer ones.
  std::optional<TenantId> tenant;  ///< Empty: of all.
  std::size_t limit = 500;
};

struct Changes {
  std::vector<Change> items;  ///< By number. Each task and document at most once.
  std::uint64_t last = 0;     ///< Ask for what came after this next.
  bool complete = true;       ///< False: more is waiting right now.
  bool forgot_removals =
      false;  ///< Something was removed since `after` and is no longer listed: read everything again.
};

struct ReindexStep {
  std::uint64_t queued = 0;  ///< Tasks.
  std::string last;          ///< The last external id looked at; empty: there are no more documents.
};

template <class T>
struct Page {
  std::vector<T> items;
  std::string next_cursor;  ///< Empty: the last page.
};

/// The one transactional store: collections, documents, manifests, tasks. Finishing a task and committing a manifest is
/// one transaction. Every method is atomic, durable when it returns, and may be called from any thread. Methods marked
/// (retry) may be repeated after an `unavailable`. Common errors: `unavailable` (locked too long, disk full, server
/// away), `corrupt`. Deletion of a document is two steps: request_deletion hides nothing yet but queues a `delete`
/// task; its commit tombstones it.
class Catalog {
 public:
  virtual ~Catalog() = default;

  // Collections.

  /// Errors: `conflict` when the name is taken (with the existing one untouched), `invalid` for a bad name (1 to 512
  /// bytes of UTF-8, no slash, control character or space at the ends). Without an id in `wanted` the id follows from
  /// tenant and name, and from how often the name was used before, so that a store built again has the same ids; one
  /// that is given (restore, import) is kept.
  virtual Result<Collection> create_collection(const Collection& wanted) = 0;
  virtual Result<Collection> collection(const TenantId& tenant, const std::string& name) const = 0;  ///< `not_found`.
  virtual Result<Collection> collection(const CollectionId& id) const = 0;                           ///< `not_found`.
  virtual Result<std::vector<Collection>> collections(const TenantId& tenant) const = 0;             ///< By name.
  virtual Result<std::vector<Collection>> all_collections() const = 0;
  virtual Result<CollectionCounts> counts(const CollectionId& id) const = 0;

  /// Of the indexed documents whose ACL is empty or names one of `groups` (see Principal). Segments and their bytes are
  /// counted only when that is all of them, because they would tell about the others.
  virtual Result<CollectionCounts> visible_counts(const CollectionId& id,
                                                  const std::vector<std::string>& groups) const = 0;

  /// What all registered documents of a tenant add up to.
  virtual Result<StoredTotals> totals(const TenantId& tenant) const = 0;

  /// Removes the collection, its documents, manifests and queued tasks; running ones are cancelled and lose their
  /// leases. Nothing happens when it does not exist. (retry)
  virtual Result<void> delete_collection(const CollectionId& id) = 0;

  // Documents.

  /// Registers documents and queues an `ingest` task for each that is new or changed, all in one transaction. Same
  /// bytes and facts under the same external id are `unchanged` unless the last attempt failed or was cancelled. A
  /// changed document gets the next version, and a task queued or running for an older version is cancelled. Two
  /// entries of one external id count in order. A failed or cancelled document is tried again under its version. One
  /// whose deletion was requested gets a new version and stays. Errors: `invalid` for a bad entry and
  /// `conflict` for one that would replace another version than it says (nothing is registered then), `not_found` for
  /// the collection. (retry)
  virtual Result<std::vector<RegisteredDocument>> register_documents(const CollectionId& collection,
                                                                     const std::vector<NewDocument>& documents,
                                                                     int priority) = 0;
  virtual Result<Document> document(const DocumentId& id) const = 0;  ///< `not_found`.

  /// By external id (bytes). Pages stay in step while documents come and go. `invalid` for a foreign cursor or a limit
  /// of 0, `not_found` for the collection.
  virtual Result<Page<Document>> documents(const DocumentFilter& filter) const = 0;

  /// Queues a `delete` task for the document's version, or returns the one that is queued or running; an ingest of the
  /// document that is queued or running is cancelled. `not_found`. (retry)
  virtual Result<TaskId> request_deletion(const DocumentId& id, int priority) = 0;

  /// How many documents of the collection are in each status, in the order of DocumentStatus.
  virtual Result<std::vector<std::uint64_t>> document_counts(const CollectionId& collection) const = 0;

  // Manifests.

  /// The newest; number 0 and empty before the first. `not_found` for the collection.
  virtual Result<Manifest> manifest(const CollectionId& collection) const = 0;

  /// Checks every lease, document version and manifest base, then writes everything or nothing. A document's former
  /// chunks are not tombstoned here: the edit names them. A completion marks its document failed when it failed,
  /// unless it is a `delete` task. A lease that ran out still counts while nobody else has claimed the task.
  /// `removed_documents` are refused as `superseded` when they were registered again: with the `delete` task's
  /// completion in the same commit its version tells, without it a queued or running ingest task. A deleted collection
  /// is a stale manifest. Repeating a tombstone does nothing. Errors: `invalid` for what can never be committed (two
  /// edits of one collection, a segment added twice, a segment or ordinal that is not there).
  virtual Result<CommitOutcome> commit(const Commit& commit) = 0;

  // Tasks.

  /// Adds a task that is about no new document (compact, collect, reindex, answer). `id`, status and times are filled
  /// in. A queued task of the same tenant, type, collection, document and payload is returned instead (with the more
  /// urgent priority), so that asking twice does the work once. Errors: `invalid`, `not_found` (collection). (retry)
  virtual Result<Task> enqueue(const Task& task) = 0;

  /// Hands out up to `limit` queued tasks whose time has come, and running ones whose lease ran out (attempts and epoch
  /// grow by one; a task that has used max_attempts is failed instead, with its document, and so is one past its
  /// deadline). Order: priority, then tenants in turn, the one that waited longest first, then age. A queued task
  /// counts as one level more urgent for each quarter of an hour that it has waited, so that none starves.
  virtual Result<std::vector<Task>> claim(const ClaimRequest& request) = 0;

  /// Prolongs leases from now and records progress; returns the tasks whose lease is lost (stop working on those:
  /// nothing of theirs was recorded). Running tasks past their deadline are failed and lost. (retry)
  virtual Result<std::vector<TaskId>> renew(const std::vector<TaskProgress>& progress,
                                            std::chrono::milliseconds lease) = 0;

  /// Ends an attempt without a result. With `retry_after` and attempts left the task is queued again; otherwise it is
  /// failed, and its document with it. Nothing happens when the lease is lost. (retry)
  virtual Result<void> fail_task(const Lease& lease, const std::string& error,
                                 std::optional<std::chrono::milliseconds> retry_after) = 0;

  /// Gives leases back as queued without counting the attempt, when a worker shuts down. (retry)
  virtual Result<void> release(const std::vector<Lease>& leases) = 0;

  virtual Result<Task> task(const TaskId& id) const = 0;                 ///< `not_found`.
  virtual Result<Page<Task>> tasks(const TaskFilter& filter) const = 0;  ///< Newest first; as documents().
  virtual Result<std::vector<std::uint64_t>> task_counts(
      const TenantId& tenant) const = 0;  ///< In the order of TaskStatus.

  /// Likewise, of what the viewer may see.
  virtual Result<std::vector<std::uint64_t>> task_counts(const TenantId& tenant, const TaskViewer& viewer) const = 0;

  /// How many queued tasks of the same tenant and type are more urgent, or as urgent and older; at most `most`. 0 for
  /// one that is not queued. `not_found`.
  virtual Result<std::uint64_t> tasks_ahead(const TaskId& id, std::uint64_t most) const = 0;

  /// When a claim() of these types may next find something to do: a task's time comes, a lease runs out, or a deadline
  /// passes. The past when there is something at once, empty when nothing waits.
  virtual Result<std::optional<TimePoint>> next_claimable(const std::vector<std::string>& types) const = 0;

  /// Queues an `ingest` task for up to `limit` documents of the collection, in the order of external ids after
  /// `after`, each under its next version, so that they are extracted and embedded anew while the old version is still
  /// found; documents that wait for an ingestion or deletion anyway are passed over, and so are those that `parent` (a
  /// task; may be empty) has queued already. Failed ones are tried again under theirs. `not_found` for the collection,
  /// `cancelled` when the parent was. (retry)
  virtual Result<ReindexStep> queue_reindex(const CollectionId& collection, const std::string& after, std::size_t limit,
                                            int priority, const TaskId& parent) = 0;

  /// Cancels a queued or running task, and those that it has queued (Task::parent); their documents become `failed`
  /// with the reason "cancelled" unless an older version is indexed. `conflict` when it has ended already.
  virtual Result<Task> cancel_task(const TaskId& id) = 0;

  /// Failed or cancelled → queued, attempts 0; else `conflict`, also when its document was replaced or deleted since.
  virtual Result<Task> retry_task(const TaskId& id) = 0;

  /// Errors: `invalid` outside 0..9, `conflict` when it has ended.
  virtual Result<Task> set_priority(const TaskId& id, int priority) = 0;

  // The change feed.

  /// What changed since a number: the state of each changed task and document at its newest change, once, so that the
  /// answer is bounded by what there is, not by what happened. Numbers grow over all tenants and over restarts.
  /// Removed documents and collections are listed while they are among the newest ten thousand removals; tasks that
  /// go with their collection or are forgotten by prune_tasks are not listed. Changes of progress count.
  virtual Result<Changes> changes(const ChangeFilter& filter) const = 0;

  /// The number of the newest change; 0 before the first.
  virtual Result<std::uint64_t> last_change() const = 0;

  // Upkeep.

  /// Every blob that a collection's newest manifest or a registered document names.
  virtual Result<std::vector<BlobId>> reachable_blobs() const = 0;

  /// Forgets ended tasks whose expires_at has passed, and those without one that ended longer than `age` ago, but for
  /// the newest thousand. Returns how many.
  virtual Result<std::uint64_t> prune_tasks(std::chrono::milliseconds age) = 0;

  /// Checks the store's own consistency (file checksums, foreign keys, counts). Each string is one problem.
  virtual Result<std::vector<std::string>> verify() const = 0;

  /// Writes a consistent copy of the catalog to `path` while it is in use. A file there is replaced, and only by a
  /// whole copy.
  virtual Result<void> copy_to(const std::string& path) const = 0;

  /// A small named value, such as the format version or the default models. Empty when absent.
  virtual Result<std::string> setting(const std::string& name) const = 0;
  virtual Result<void> set_setting(const std::string& name, const std::string& value) = 0;
};

}  // namespace cairn
