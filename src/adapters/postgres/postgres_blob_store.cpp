#include "adapters/postgres/postgres_blob_store.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "adapters/postgres/database.h"
#include "base/sha256.h"
#include "sql/ids.h"

namespace cairn {
namespace {

using postgres::Connection;
using sql::BinaryValue;
using sql::Row;
using sql::stored;

/// Nobody writes at one blob for so long without a sign of life.
constexpr std::chrono::milliseconds dead_upload = std::chrono::hours(24);

/// Parts that are read at once: the driver's copy and ours are in memory together.
constexpr std::int64_t parts_at_once = 4;

constexpr std::size_t blobs_a_page = 1'000;

std::unexpected<Error> no_such_blob(const BlobId& id) {
  return fail(ErrorKind::not_found, "there is no blob " + id.value() + ": run `cairn fsck` to see what misses it");
}

/// Sends each part as it is full. The blob appears with a last small transaction, whose flush covers the parts.
class Writer final : public BlobWriter {
 public:
  Writer(std::shared_ptr<PostgresDatabase> database, const PostgresBlobOptions& options)
      : database_(std::move(database)), options_(options) {}

  ~Writer() override {
    if (!upload_ || finished_) return;
    (void)database_->write([&](Connection& db) { return db.run("DELETE FROM uploads WHERE key = ?", *upload_); });
  }

  Result<void> append(Bytes bytes) override {
    if (finished_) return fail(ErrorKind::internal, "a blob was written to after it was finished");
    if (error_) return fail(*error_);
    size_ += bytes.size();
    if (size_ > options_.largest_bytes)
      return fail_for_good({ErrorKind::invalid, "a blob of more than " + std::to_string(options_.largest_bytes) +
                                                    " bytes is too large for PostgreSQL: configure an object store"});
    hash_.update(bytes);
    while (!bytes.empty()) {
      const auto piece = bytes.first(std::min(bytes.size(), options_.part_bytes - part_.bytes.size()));
      part_.bytes.append(as_text(piece));
      bytes = bytes.subspan(piece.size());
      if (part_.bytes.size() == options_.part_bytes)
        if (auto sent = send_part(); !sent) return fail_for_good(sent.error());
    }
    return {};
  }

  Result<BlobId> finish() override {
    if (finished_) return fail(ErrorKind::internal, "a blob was finished twice");
    if (error_) return fail(*error_);
    const BlobId id(to_hex(hash_.finish()));
    auto done = database_->write([&](Connection& db) { return finish_as(db, id); });
    if (!done) return fail_for_good(done.error());
    finished_ = true;
    return id;
  }

 private:
  std::unexpected<Error> fail_for_good(Error error) {
    error_ = error;
    return fail(std::move(error));
  }

  Result<void> send_part() {
    if (!upload_) { CAIRN_TRY(upload_, database_->write(begin_upload)); }
    CAIRN_CHECK(database_->write([&](Connection& db) { return add_next_part(db); }));
    part_.bytes.clear();
    ++parts_;
    return {};
  }

  static Result<std::int64_t> begin_upload(Connection& db) {
    CAIRN_CHECK(db.post("DELETE FROM uploads WHERE touched_at < " CAIRN_DATABASE_NOW " - ?", dead_upload.count()));
    CAIRN_TRY(const auto key, db.first("INSERT INTO uploads (touched_at) VALUES (" CAIRN_DATABASE_NOW ") RETURNING key",
                                       [](Row row) { return row.integer(); }));
    return key.value_or(0);
  }

  Result<void> add_next_part(Connection& db) const {
    CAIRN_CHECK(db.post("UPDATE uploads SET touched_at = " CAIRN_DATABASE_NOW " WHERE key = ?", *upload_));
    return add_part(db, *upload_);
  }

  Result<void> add_part(Connection& db, std::int64_t upload) const {
    return db.post("INSERT INTO blob_parts (upload, number, bytes) VALUES (?, ?, ?)", upload, parts_, part_);
  }

  Result<void> finish_as(Connection& db, const BlobId& id) const {
    CAIRN_TRY(const auto known,
              db.run("UPDATE blobs SET modified_at = " CAIRN_DATABASE_NOW " WHERE id = ?", stored(id)));
    std::optional<std::int64_t> upload = upload_;
    if (known > 0) return upload ? drop(db, *upload) : Result<void>();
    if (!upload) { CAIRN_TRY(upload, begin_upload(db)); }
    if (!part_.bytes.empty()) CAIRN_CHECK(add_part(db, *upload));
    CAIRN_CHECK(db.post("UPDATE uploads SET touched_at = NULL WHERE key = ?", *upload));
    CAIRN_TRY(const auto published,
              db.first(
                  "INSERT INTO blobs (id, upload, bytes, modified_at) VALUES (?, ?, ?, " CAIRN_DATABASE_NOW
                  ") ON CONFLICT (id) DO UPDATE SET modified_at = excluded.modified_at RETURNING upload",
                  [](Row row) { return row.integer(); }, stored(id), *upload, size_));
    return published == upload ? Result<void>() : drop(db, *upload);  // Somebody else was faster.
  }

  static Result<void> drop(Connection& db, std::int64_t upload) {
    return db.post("DELETE FROM uploads WHERE key = ?", upload);
  }

  std::shared_ptr<PostgresDatabase> database_;
  PostgresBlobOptions options_;
  Sha256 hash_;
  std::uint64_t size_ = 0;
  BinaryValue part_;        // Not sent yet.
  std::int64_t parts_ = 0;  // Sent.
  std::optional<std::int64_t> upload_;
  std::optional<Error> error_;
  bool finished_ = false;
};

BlobInfo read_info(Row row) {
  BlobInfo info;
  info.id = sql::to_blob_id(row.binary());
  info.bytes = row.as<std::uint64_t>();
  info.modified_at = row.time();
  return info;
}

class PostgresBlobStore final : public BlobStore {
 public:
  PostgresBlobStore(std::shared_ptr<PostgresDatabase> database, const PostgresBlobOptions& options)
      : database_(std::move(database)), options_(options) {}

  Result<std::unique_ptr<BlobWriter>> create() override { return std::make_unique<Writer>(database_, options_); }

  Result<void> sync() override { return {}; }  // What is finished is committed.

  Result<BlobView> open(const BlobId& id) const override {
    const auto bytes = std::make_shared<std::string>();
    CAIRN_CHECK(database_->read([&](Connection& db) { return read_bytes(db, id, *bytes); }));
    return BlobView(as_bytes(*bytes), bytes);
  }

  Result<void> verify(const BlobId& id) const override {
    CAIRN_TRY(const BlobView view, open(id));
    return check_hash(id, view.bytes());
  }

  Result<BlobInfo> info(const BlobId& id) const override {
    CAIRN_TRY(const auto found, database_->read([&](Connection& db) {
      return db.first("SELECT id, bytes, modified_at FROM blobs WHERE id = ?", read_info, stored(id));
    }));
    if (!found) return no_such_blob(id);
    return *found;
  }

  Result<void> list(const std::function<bool(const BlobInfo&)>& visit) const override {
    BinaryValue after;
    for (;;) {
      std::vector<BlobInfo> page;
      CAIRN_CHECK(database_->read([&](Connection& db) {
        page.clear();
        return db.each(
            "SELECT id, bytes, modified_at FROM blobs WHERE id > ? ORDER BY id LIMIT ?",
            [&](Row row) { page.push_back(read_info(row)); }, after, blobs_a_page);
      }));
      for (const BlobInfo& blob : page)
        if (!visit(blob)) return {};
      if (page.size() < blobs_a_page) return {};
      after = stored(page.back().id);
    }
  }

  Result<void> remove(const BlobId& id) override {
    return database_->write([&](Connection& db) -> Result<void> {
      CAIRN_TRY(const auto upload, db.first(
                                       "DELETE FROM blobs WHERE id = ? RETURNING upload",
                                       [](Row row) { return row.integer(); }, stored(id)));
      if (!upload) return {};
      return db.post("DELETE FROM uploads WHERE key = ?", *upload);
    });
  }

  Result<bool> remove_older(const BlobId& id, std::chrono::milliseconds age) override {
    return database_->write([&](Connection& db) -> Result<bool> {
      const auto key = [](Row row) { return row.integer(); };
      CAIRN_TRY(const auto upload, db.first("DELETE FROM blobs WHERE id = ? AND modified_at <= " CAIRN_DATABASE_NOW
                                            " - ? RETURNING upload",
                                            key, stored(id), age.count()));
      if (upload) {
        CAIRN_CHECK(db.post("DELETE FROM uploads WHERE key = ?", *upload));
        return true;
      }
      CAIRN_TRY(const auto young, db.first("SELECT upload FROM blobs WHERE id = ?", key, stored(id)));
      return !young.has_value();
    });
  }

 private:
  static Result<void> read_bytes(Connection& db, const BlobId& id, std::string& bytes) {
    struct Found {
      std::int64_t upload = 0;
      std::uint64_t bytes = 0;
    };
    const auto read = [](Row row) {
      const std::int64_t upload = row.integer();
      return Found{.upload = upload, .bytes = row.as<std::uint64_t>()};
    };
    CAIRN_TRY(const auto found, db.first("SELECT upload, bytes FROM blobs WHERE id = ?", read, stored(id)));
    if (!found) return no_such_blob(id);
    bytes.clear();
    bytes.reserve(found->bytes);
    for (std::int64_t part = 0; bytes.size() < found->bytes; part += parts_at_once) {
      const std::size_t before = bytes.size();
      CAIRN_CHECK(db.each(
          "SELECT bytes FROM blob_parts WHERE upload = ? AND number >= ? AND number < ? ORDER BY number",
          [&](Row row) { bytes += row.binary(); }, found->upload, part, part + parts_at_once));
      if (bytes.size() == before)
        return fail(ErrorKind::corrupt, "blob " + id.value() + " lacks its end in PostgreSQL: restore a backup");
    }
    return {};
  }

  std::shared_ptr<PostgresDatabase> database_;
  PostgresBlobOptions options_;
};

}  // namespace

std::unique_ptr<BlobStore> make_postgres_blob_store(std::shared_ptr<PostgresDatabase> database,
                                                    const PostgresBlobOptions& options) {
  return std::make_unique<PostgresBlobStore>(std::move(database), options);
}

}  // namespace cairn
