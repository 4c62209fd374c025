#include "adapters/sqlite/upkeep.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <system_error>

#include "adapters/sqlite/rows.h"
#include "adapters/sqlite/sql_error.h"

namespace cairn::sqlite {
namespace {

/// A query that finds nothing in a sound catalog, and what each row of it (a name and a number) means.
struct Rule {
  std::string_view broken_rows;
  const char* meaning;
};

constexpr std::array rules = {
    Rule{"SELECT lower(hex(s.blob)), s.dead_documents FROM segments s WHERE s.dead_documents <> "
         "(SELECT count(*) FROM tombstones t WHERE t.segment = s.key) OR s.dead_chunks <> "
         "(SELECT coalesce(sum(t.chunks), 0) FROM tombstones t WHERE t.segment = s.key)",
         "segment's count of deleted documents does not match its tombstones"},
    Rule{"SELECT lower(hex(s.blob)), t.document FROM segments s JOIN tombstones t ON t.segment = s.key WHERE "
         "t.document >= s.documents",
         "segment has a tombstone beyond its end"},
    Rule{"SELECT lower(hex(s.blob)), max(s.since, coalesce(s.until, 0)) FROM segments s JOIN collections c ON c.key = "
         "s.collection "
         "WHERE max(s.since, coalesce(s.until, 0)) > c.manifest OR s.until <= s.since",
         "segment belongs to a manifest that was never committed"},
    Rule{"SELECT d.external_id, d.version FROM documents d WHERE d.indexed_version > d.version OR d.version < 1",
         "document's indexed version is newer than the document"},
    Rule{"SELECT d.external_id, d.version FROM documents d WHERE d.status IN (1, 2, 3, 4) AND NOT EXISTS "
         "(SELECT 1 FROM tasks t WHERE t.document = d.id AND t.status < 2)",
         "document waits for a task that does not exist"},
    Rule{"SELECT d.external_id, d.version FROM documents d WHERE d.status = 5 AND d.indexed_version = 0",
         "document is called indexed and never was"},
    Rule{"SELECT lower(hex(t.id)), t.epoch FROM tasks t WHERE (t.status = 1) <> (t.lease_until IS NOT NULL) OR "
         "(t.status >= 2) <> (t.finished_at IS NOT NULL)",
         "task's times do not match its status"},
};

Result<void> check_pages(Connection& db, std::vector<std::string>& problems) {
  const auto add = [&](Row row) {
    if (const std::string line = row.text(); line != "ok") problems.push_back("catalog file: " + line);
  };
  return db.each("PRAGMA integrity_check", add);
}

Result<void> check_references(Connection& db, std::vector<std::string>& problems) {
  const auto add = [&](Row row) {
    const std::string table = row.text(), key = row.text(), parent = row.text();
    problems.push_back("catalog: row " + key + " of " + table + " names a row of " + parent + " that does not exist");
  };
  return db.each("PRAGMA foreign_key_check", add);
}

Result<void> check_rule(Connection& db, const Rule& rule, std::vector<std::string>& problems) {
  const auto add = [&](Row row) {
    const std::string name = row.text(), number = row.text();
    problems.push_back("catalog: " + std::string(rule.meaning) + ": " + name + " (" + number + ")");
  };
  return db.each(rule.broken_rows, add);
}

/// All pages of one state, flushed; writers go on meanwhile.
Result<void> copy_pages(Connection& db, const std::string& path) {
  auto target = Connection::open(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, std::chrono::milliseconds(0));
  if (!target)
    return fail(target.error().kind, "cannot write " + path + ": check that its folder exists and may be written");
  sqlite3_backup* backup = sqlite3_backup_init((*target)->handle(), "main", db.handle(), "main");
  if (backup == nullptr) return (*target)->failure(sqlite3_errcode((*target)->handle()));
  sqlite3_backup_step(backup, -1);
  if (const int code = sqlite3_backup_finish(backup); code != SQLITE_OK) return (*target)->failure(code);
  return {};
}

/// A rename is durable once its folder is.
Result<void> put_in_place(const std::string& partial, const std::string& path) {
  std::error_code failure;
  std::filesystem::rename(partial, path, failure);
  if (failure) return fail(ErrorKind::unavailable, "cannot write " + path + ": " + failure.message());
  const auto parent = std::filesystem::absolute(path).parent_path();
  const int folder = ::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool flushed = folder >= 0 && ::fsync(folder) == 0;
  if (folder >= 0) ::close(folder);
  if (!flushed) return fail(ErrorKind::unavailable, "cannot flush " + parent.string() + ": check the disk");
  return {};
}

}  // namespace

Result<std::vector<BlobId>> reachable_blobs(Connection& db) {
  std::vector<BlobId> blobs;
  CAIRN_CHECK(db.each("SELECT blob FROM segments WHERE until IS NULL UNION SELECT content_hash FROM documents",
                      [&](Row row) { blobs.push_back(to_blob_id(row.binary())); }));
  return blobs;
}

Result<std::vector<std::string>> verify(Connection& db) {
  std::vector<std::string> problems;
  CAIRN_CHECK(check_pages(db, problems));
  if (!problems.empty()) return problems;  // What follows reads through the same damage.
  CAIRN_CHECK(check_references(db, problems));
  for (const Rule& rule : rules) CAIRN_CHECK(check_rule(db, rule, problems));
  return problems;
}

Result<void> copy_to(Connection& db, const std::string& path) {
  const std::string partial = path + ".partial";
  std::error_code failure;
  std::filesystem::remove(partial, failure);
  auto written = copy_pages(db, partial);
  if (written) written = put_in_place(partial, path);
  if (!written) std::filesystem::remove(partial, failure);
  return written;
}

Result<std::string> read_setting(Connection& db, const std::string& name) {
  CAIRN_TRY(auto value,
            db.first("SELECT value FROM settings WHERE name = ?", [](Row row) { return row.text(); }, name));
  return std::move(value).value_or(std::string());
}

Result<void> write_setting(const WriteContext& context, const std::string& name, const std::string& value) {
  CAIRN_CHECK(context.db.run(
      "INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", name,
      value));
  return {};
}

}  // namespace cairn::sqlite
