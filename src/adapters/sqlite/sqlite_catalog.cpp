#include "adapters/sqlite/sqlite_catalog.h"

#include <mutex>
#include <system_error>

#include "adapters/sqlite/change_counter.h"
#include "adapters/sqlite/folder_lock.h"
#include "adapters/sqlite/open_files.h"
#include "adapters/sqlite/upkeep.h"
#include "sql/connection_pool.h"
#include "sql/sql_catalog.h"

namespace cairn {
namespace sqlite {
namespace {

/// For a connection, while others read.
constexpr std::chrono::milliseconds patience_of_readers = std::chrono::minutes(1);

/// What a catalog that writes has besides its readers.
struct Writer {
  FolderLock lock;
  ChangeCounter changes;  // Before the connection, which calls it.
  std::unique_ptr<Connection> connection;
  sql::TaskIdSource task_ids;
  sql::TenantTurns turns;
};

/// One connection that writes, a few that read.
class SqliteTransactions {
 public:
  SqliteTransactions(const SqliteCatalogOptions& options, std::unique_ptr<Writer> writer)
      : options_(options),
        writer_(std::move(writer)),
        readers_([this] { return open_reader(options_); }, options.readers, patience_of_readers) {}

  template <class Work>
  std::invoke_result_t<Work, Connection&> read(const Work& work) const {
    CAIRN_TRY(const auto reader, readers_.borrow());
    Transaction transaction(*reader);
    CAIRN_CHECK(transaction.begin("BEGIN"));
    auto result = work(*reader);
    if (result) CAIRN_CHECK(transaction.commit());
    return result;
  }

  template <class Work>
  std::invoke_result_t<Work, const sql::WriteContext&> write(const Work& work) {
    if (!writer_)
      return fail(ErrorKind::forbidden, "the data folder " + options_.folder.string() + " was opened for reading only");
    bool moved = false;
    auto result = write_alone(work, moved);
    if (moved && options_.feed != nullptr) options_.feed->announce();
    return result;
  }

  Result<std::vector<std::string>> verify() const {
    return read([](Connection& db) { return sqlite::verify(db); });
  }

  Result<void> copy_to(const std::string& path) const {
    CAIRN_TRY(const auto reader, readers_.borrow());
    return sqlite::copy_to(*reader, path);
  }

 private:
  template <class Work>
  std::invoke_result_t<Work, const sql::WriteContext&> write_alone(const Work& work, bool& moved) {
    const std::lock_guard lock(writer_mutex_);
    Connection& db = *writer_->connection;
    Transaction transaction(db);
    CAIRN_CHECK(transaction.begin("BEGIN IMMEDIATE"));
    CAIRN_CHECK(writer_->changes.begin(db));
    auto result = work(sql::WriteContext{db, options_.clock->now(), writer_->task_ids, writer_->turns});
    if (!result) return result;
    CAIRN_CHECK(writer_->changes.end(db));
    CAIRN_CHECK(transaction.commit());
    moved = writer_->changes.moved();
    return result;
  }

  SqliteCatalogOptions options_;
  std::mutex writer_mutex_;
  std::unique_ptr<Writer> writer_;  // What it points to is guarded by writer_mutex_.
  mutable sql::ConnectionPool<Connection> readers_;
};

using SqliteCatalog = sql::SqlCatalog<SqliteTransactions>;

Result<std::unique_ptr<PortableCatalog>> open_to_write(const SqliteCatalogOptions& options) {
  auto writer = std::make_unique<Writer>();
  CAIRN_TRY(writer->lock, FolderLock::acquire(options.folder));
  CAIRN_TRY(writer->connection, open_writer(options));
  CAIRN_CHECK(writer->changes.attach(*writer->connection));
  return std::make_unique<SqliteCatalog>(options, std::move(writer));
}

Result<std::unique_ptr<PortableCatalog>> open_to_read(const SqliteCatalogOptions& options) {
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

Result<std::unique_ptr<PortableCatalog>> open_sqlite_catalog(const SqliteCatalogOptions& options) {
  if (options.clock == nullptr) return fail(ErrorKind::internal, "a catalog needs a clock");
  return options.access == SqliteAccess::write ? sqlite::open_to_write(options) : sqlite::open_to_read(options);
}

}  // namespace cairn
