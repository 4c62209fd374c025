#include "adapters/sqlite/sqlite_catalog.h"

#include <mutex>
#include <system_error>

#include "adapters/sqlite/changes.h"
#include "adapters/sqlite/claims.h"
#include "adapters/sqlite/collections.h"
#include "adapters/sqlite/commit.h"
#include "adapters/sqlite/documents.h"
#include "adapters/sqlite/folder_lock.h"
#include "adapters/sqlite/manifests.h"
#include "adapters/sqlite/open_files.h"
#include "adapters/sqlite/reader_pool.h"
#include "adapters/sqlite/reindex.h"
#include "adapters/sqlite/tasks.h"
#include "adapters/sqlite/upkeep.h"

namespace cairn {
namespace sqlite {
namespace {

/// What a catalog that writes has besides its readers.
struct Writer {
  FolderLock lock;
  ChangeCounter changes;  // Before the connection, which calls it.
  std::unique_ptr<Connection> connection;
  TaskIdSource task_ids;
  TenantTurns turns;
};

/// Each method is one transaction around the function of the same name in this folder.
class SqliteCatalog final : public Catalog {
 public:
  SqliteCatalog(const SqliteCatalogOptions& options, std::unique_ptr<Writer> writer)
      : options_(options),
        writer_(std::move(writer)),
        readers_([this] { return open_reader(options_); }, options.readers) {}

  Result<Collection> create_collection(const Collection& wanted) override {
    return write([&](const WriteContext& context) { return sqlite::create_collection(context, wanted); });
  }
  Result<Collection> collection(const TenantId& tenant, const std::string& name) const override {
    return read([&](Connection& db) { return find_collection(db, tenant, name); });
  }
  Result<Collection> collection(const CollectionId& id) const override {
    return read([&](Connection& db) { return find_collection(db, id); });
  }
  Result<std::vector<Collection>> collections(const TenantId& tenant) const override {
    return read([&](Connection& db) { return list_collections(db, tenant); });
  }
  Result<std::vector<Collection>> all_collections() const override {
    return read([&](Connection& db) { return list_all_collections(db); });
  }
  Result<CollectionCounts> counts(const CollectionId& id) const override {
    return read([&](Connection& db) { return count_collection(db, id); });
  }
  Result<CollectionCounts> visible_counts(const CollectionId& id,
                                          const std::vector<std::string>& groups) const override {
    return read([&](Connection& db) { return count_visible(db, id, groups); });
  }
  Result<StoredTotals> totals(const TenantId& tenant) const override {
    return read([&](Connection& db) { return add_up(db, tenant); });
  }
  Result<void> delete_collection(const CollectionId& id) override {
    return write([&](const WriteContext& context) { return sqlite::delete_collection(context, id); });
  }

  Result<std::vector<RegisteredDocument>> register_documents(const CollectionId& collection,
                                                             const std::vector<NewDocument>& documents,
                                                             int priority) override {
    return write([&](const WriteContext& context) {
      return sqlite::register_documents(context, collection, documents, priority);
    });
  }
  Result<Document> document(const DocumentId& id) const override {
    return read([&](Connection& db) { return find_document(db, id); });
  }
  Result<Page<Document>> documents(const DocumentFilter& filter) const override {
    return read([&](Connection& db) { return list_documents(db, filter); });
  }
  Result<TaskId> request_deletion(const DocumentId& id, int priority) override {
    return write([&](const WriteContext& context) { return sqlite::request_deletion(context, id, priority); });
  }
  Result<std::vector<std::uint64_t>> document_counts(const CollectionId& collection) const override {
    return read([&](Connection& db) { return count_documents(db, collection); });
  }

  Result<Manifest> manifest(const CollectionId& collection) const override {
    return read([&](Connection& db) { return read_manifest(db, collection); });
  }
  Result<CommitOutcome> commit(const Commit& commit) override {
    return write([&](const WriteContext& context) { return sqlite::commit(context, commit); });
  }

  Result<Task> enqueue(const Task& task) override {
    return write([&](const WriteContext& context) { return sqlite::enqueue(context, task); });
  }
  Result<std::vector<Task>> claim(const ClaimRequest& request) override {
    return write([&](const WriteContext& context) { return sqlite::claim(context, request); });
  }
  Result<std::vector<TaskId>> renew(const std::vector<TaskProgress>& progress,
                                    std::chrono::milliseconds lease) override {
    return write([&](const WriteContext& context) { return sqlite::renew(context, progress, lease); });
  }
  Result<void> fail_task(const Lease& lease, const std::string& error,
                         std::optional<std::chrono::milliseconds> retry_after) override {
    return write([&](const WriteContext& context) { return sqlite::fail_task(context, lease, error, retry_after); });
  }
  Result<void> release(const std::vector<Lease>& leases) override {
    return write([&](const WriteContext& context) { return sqlite::release(context, leases); });
  }
  Result<Task> task(const TaskId& id) const override {
    return read([&](Connection& db) { return find_task(db, id); });
  }
  Result<Page<Task>> tasks(const TaskFilter& filter) const override {
    return read([&](Connection& db) { return list_tasks(db, filter); });
  }
  Result<std::vector<std::uint64_t>> task_counts(const TenantId& tenant) const override {
    return read([&](Connection& db) { return count_tasks(db, tenant); });
  }
  Result<std::vector<std::uint64_t>> task_counts(const TenantId& tenant, const TaskViewer& viewer) const override {
    return read([&](Connection& db) { return count_tasks(db, tenant, viewer); });
  }
  Result<std::uint64_t> tasks_ahead(const TaskId& id, std::uint64_t most) const override {
    return read([&](Connection& db) { return sqlite::tasks_ahead(db, id, most); });
  }
  Result<std::optional<TimePoint>> next_claimable(const std::vector<std::string>& types) const override {
    return read([&](Connection& db) { return sqlite::next_claimable(db, types); });
  }
  Result<ReindexStep> queue_reindex(const CollectionId& collection, const std::string& after, std::size_t limit,
                                    int priority, const TaskId& parent) override {
    return write([&](const WriteContext& context) {
      return sqlite::queue_reindex(context, {collection, after, limit, priority, parent});
    });
  }
  Result<Task> cancel_task(const TaskId& id) override {
    return write([&](const WriteContext& context) { return sqlite::cancel_task(context, id); });
  }
  Result<Task> retry_task(const TaskId& id) override {
    return write([&](const WriteContext& context) { return sqlite::retry_task(context, id); });
  }
  Result<Task> set_priority(const TaskId& id, int priority) override {
    return write([&](const WriteContext& context) { return sqlite::set_priority(context, id, priority); });
  }

  Result<Changes> changes(const ChangeFilter& filter) const override {
    return read([&](Connection& db) { return list_changes(db, filter); });
  }
  Result<std::uint64_t> last_change() const override {
    return read([&](Connection& db) { return sqlite::last_change(db); });
  }

  Result<std::vector<BlobId>> reachable_blobs() const override {
    return read([&](Connection& db) { return sqlite::reachable_blobs(db); });
  }
  Result<std::uint64_t> prune_tasks(std::chrono::milliseconds age) override {
    return write([&](const WriteContext& context) { return sqlite::prune_tasks(context, age); });
  }
  Result<std::vector<std::string>> verify() const override {
    return read([&](Connection& db) { return sqlite::verify(db); });
  }
  Result<void> copy_to(const std::string& path) const override {
    CAIRN_TRY(const auto reader, readers_.borrow());
    return sqlite::copy_to(*reader, path);
  }
  Result<std::string> setting(const std::string& name) const override {
    return read([&](Connection& db) { return read_setting(db, name); });
  }
  Result<void> set_setting(const std::string& name, const std::string& value) override {
    return write([&](const WriteContext& context) { return write_setting(context, name, value); });
  }

 private:
  /// Runs `work` on one state of the catalog.
  template <class Work>
  std::invoke_result_t<Work, Connection&> read(const Work& work) const {
    CAIRN_TRY(const auto reader, readers_.borrow());
    Transaction transaction(*reader);
    CAIRN_CHECK(transaction.begin("BEGIN"));
    auto result = work(*reader);
    if (result) CAIRN_CHECK(transaction.commit());
    return result;
  }

  /// Runs `work` in a transaction of its own: durable when it succeeds, without a trace when it fails.
  template <class Work>
  std::invoke_result_t<Work, const WriteContext&> write(const Work& work) {
    if (!writer_)
      return fail(ErrorKind::forbidden, "the data folder " + options_.folder.string() + " was opened for reading only");
    bool moved = false;
    auto result = write_alone(work, moved);
    if (moved && options_.feed != nullptr) options_.feed->announce();
    return result;
  }

  template <class Work>
  std::invoke_result_t<Work, const WriteContext&> write_alone(const Work& work, bool& moved) {
    const std::lock_guard lock(writer_mutex_);
    Connection& db = *writer_->connection;
    Transaction transaction(db);
    CAIRN_CHECK(transaction.begin("BEGIN IMMEDIATE"));
    CAIRN_CHECK(writer_->changes.begin(db));
    auto result = work(WriteContext{db, options_.clock->now(), writer_->task_ids, writer_->turns});
    if (!result) return result;
    CAIRN_CHECK(writer_->changes.end(db));
    CAIRN_CHECK(transaction.commit());
    moved = writer_->changes.moved();
    return result;
  }

  SqliteCatalogOptions options_;
  std::mutex writer_mutex_;
  std::unique_ptr<Writer> writer_;  // What it points to is guarded by writer_mutex_.
  mutable ReaderPool readers_;
};

Result<std::unique_ptr<Catalog>> open_to_write(const SqliteCatalogOptions& options) {
  auto writer = std::make_unique<Writer>();
  CAIRN_TRY(writer->lock, FolderLock::acquire(options.folder));
  CAIRN_TRY(writer->connection, open_writer(options));
  CAIRN_CHECK(writer->changes.attach(*writer->connection));
  return std::make_unique<SqliteCatalog>(options, std::move(writer));
}

Result<std::unique_ptr<Catalog>> open_to_read(const SqliteCatalogOptions& options) {
  std::error_code failure;
  if (!std::filesystem::exists(options.folder / options.file, failure)) {
    if (failure)
      return fail(ErrorKind::unavailable, "cannot read " + options.folder.string() + ": " + failure.message());
    return fail(ErrorKind::not_found, "there is no cairn catalog in " + options.folder.string() +
                                          " yet: run `cairn ingest`, or choose another folder with --data");
  }
  CAIRN_TRY(const auto probe, open_reader(options));
  CAIRN_CHECK(check_schema(*probe, options));
  return std::make_unique<SqliteCatalog>(options, nullptr);
}

}  // namespace
}  // namespace sqlite

Result<std::unique_ptr<Catalog>> open_sqlite_catalog(const SqliteCatalogOptions& options) {
  if (options.clock == nullptr) return fail(ErrorKind::internal, "a catalog needs a clock");
  return options.access == SqliteAccess::write ? sqlite::open_to_write(options) : sqlite::open_to_read(options);
}

}  // namespace cairn
