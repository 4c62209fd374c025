#include "adapters/sqlite/access_store.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <mutex>
#include <system_error>

#include "adapters/sqlite/access_schema.h"
#include "sql/sql_access_store.h"

namespace cairn {
namespace sqlite {
namespace {

constexpr const char* file_name = "access.sqlite";

/// The change counter of the database file (SQLite's file format, section 1.3.7), read without a lock. It is written
/// with every commit in a rollback journal, before the commit ends: who sees a new one and then reads waits for the
/// end.
Result<std::uint32_t> change_counter(Connection& db) {
  sqlite3_file* file = nullptr;
  sqlite3_file_control(db.handle(), "main", SQLITE_FCNTL_FILE_POINTER, &file);
  std::array<unsigned char, 4> bytes{};
  constexpr sqlite3_int64 offset = 24;
  const int code = file->pMethods->xRead(file, bytes.data(), bytes.size(), offset);
  if (code != SQLITE_OK) return db.failure(code);
  return std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 | std::uint32_t{bytes[2]} << 8 | bytes[3];
}

/// One connection that writes, one that reads, and one that sees whether others wrote.
class AccessTransactions {
 public:
  AccessTransactions(const Clock& clock, std::unique_ptr<Connection> writer, std::unique_ptr<Connection> reader,
                     std::unique_ptr<Connection> watcher)
      : clock_(clock), writer_(std::move(writer)), reader_(std::move(reader)), watcher_(std::move(watcher)) {}

  Result<std::uint64_t> generation() const {
    const std::lock_guard lock(watcher_mutex_);
    CAIRN_TRY(const std::uint32_t counter, change_counter(*watcher_));
    if (counter == seen_counter_) return seen_generation_;
    CAIRN_TRY(const auto generation, sql::read_generation(*watcher_));
    seen_generation_ = generation;
    seen_counter_ = counter;  // Read before the generation: a commit between the two is seen next time.
    return generation;
  }
  /// Runs `work` on one state of the store.
  template <class Work>
  std::invoke_result_t<Work, Connection&> read(const Work& work) const {
    const std::lock_guard lock(reader_mutex_);
    Transaction transaction(*reader_);
    CAIRN_CHECK(transaction.begin("BEGIN"));
    auto result = work(*reader_);
    if (result) CAIRN_CHECK(transaction.commit());
    return result;
  }

  /// Runs `work` in a transaction of its own: durable when it succeeds, without a trace when it fails.
  template <class Work>
  std::invoke_result_t<Work, const sql::AccessWrite&> write(const Work& work) {
    const std::lock_guard lock(writer_mutex_);
    Transaction transaction(*writer_);
    CAIRN_CHECK(transaction.begin("BEGIN IMMEDIATE"));
    auto result = work(sql::AccessWrite{*writer_, clock_.now()});
    if (result) CAIRN_CHECK(transaction.commit());
    return result;
  }

  Result<void> copy_to(const std::string& path) const;

 private:
  const Clock& clock_;
  std::mutex writer_mutex_;
  std::unique_ptr<Connection> writer_;  // What it points to is guarded by writer_mutex_.
  mutable std::mutex reader_mutex_;
  std::unique_ptr<Connection> reader_;  // What it points to is guarded by reader_mutex_.
  mutable std::mutex watcher_mutex_;    // Guards what follows and what it points to.
  std::unique_ptr<Connection> watcher_;
  mutable std::optional<std::uint32_t> seen_counter_;
  mutable std::uint64_t seen_generation_ = 0;
};

std::unexpected<Error> cannot_write(const std::filesystem::path& path, int code) {
  return fail(ErrorKind::unavailable, "cannot write " + path.string() + ": " + std::generic_category().message(code) +
                                          "; make its folder writable, or choose another with --data");
}

/// Made before SQLite opens it, so that it is never open to others; SQLite gives its journal the same mode.
Result<void> make_private_file(const std::filesystem::path& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file >= 0) return ::close(file), Result<void>{};
  if (errno == EEXIST) return {};
  return cannot_write(path, errno);
}

Result<void> flush_and_rename(const std::filesystem::path& from, const std::filesystem::path& to) {
  const int file = ::open(from.c_str(), O_RDONLY | O_CLOEXEC);
  const bool flushed = file >= 0 && ::fsync(file) == 0;
  const int code = errno;
  if (file >= 0) ::close(file);
  if (!flushed) return cannot_write(from, code);
  if (::rename(from.c_str(), to.c_str()) != 0) return cannot_write(to, errno);
  return {};
}

Result<std::unique_ptr<Connection>> open_private(const std::filesystem::path& path,
                                                 std::chrono::milliseconds busy_timeout) {
  CAIRN_TRY(auto connection,
            Connection::open(std::filesystem::absolute(path).string(), SQLITE_OPEN_READWRITE, busy_timeout));
  // EXTRA also flushes the folder after a commit: without it a power cut could bring a revoked key back.
  CAIRN_CHECK(
      connection->execute("PRAGMA journal_mode = TRUNCATE; PRAGMA synchronous = EXTRA; "
                          "PRAGMA foreign_keys = ON; PRAGMA cache_size = -2000; PRAGMA secure_delete = ON"));
  return connection;
}

Result<void> AccessTransactions::copy_to(const std::string& path) const {
  const std::string partial = path + ".partial";
  std::error_code ignored;
  std::filesystem::remove(partial, ignored);
  CAIRN_CHECK(make_private_file(partial));
  Result<void> copied;
  {
    const std::lock_guard lock(reader_mutex_);
    if (const auto written = reader_->run("VACUUM INTO ?", partial); !written) copied = fail(written.error());
  }
  if (copied) copied = flush_and_rename(partial, path);
  if (!copied) std::filesystem::remove(partial, ignored);
  return copied;
}

}  // namespace
}  // namespace sqlite

Result<std::unique_ptr<AccessStore>> open_sqlite_access_store(const SqliteAccessOptions& options) {
  if (options.clock == nullptr) return fail(ErrorKind::internal, "an access store needs a clock");
  std::error_code failure;
  std::filesystem::create_directories(options.folder, failure);
  if (failure) return fail(ErrorKind::unavailable, "cannot make " + options.folder.string() + ": " + failure.message());
  const std::filesystem::path path = options.folder / sqlite::file_name;
  CAIRN_CHECK(sqlite::make_private_file(path));
  CAIRN_TRY(auto writer, sqlite::open_private(path, options.busy_timeout));
  CAIRN_CHECK(sqlite::migrate_access(*writer));
  CAIRN_TRY(auto reader, sqlite::open_private(path, options.busy_timeout));
  CAIRN_TRY(auto watcher, sqlite::open_private(path, options.busy_timeout));
  return std::make_unique<sql::SqlAccessStore<sqlite::AccessTransactions>>(*options.clock, std::move(writer),
                                                                           std::move(reader), std::move(watcher));
}

}  // namespace cairn
