#include "sql/upkeep.h"

#include <array>

#include "sql/rows.h"

namespace cairn::sql {
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
    Rule{"SELECT lower(hex(s.blob)), coalesce(s.until, s.since) FROM segments s JOIN collections c ON c.key = "
         "s.collection WHERE s.since > c.manifest OR s.until > c.manifest OR s.until <= s.since",
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

Result<void> check_rule(Connection& db, const Rule& rule, std::vector<std::string>& problems) {
  const auto add = [&](Row row) {
    const std::string name = row.text(), number = row.text();
    problems.push_back("catalog: " + std::string(rule.meaning) + ": " + name + " (" + number + ")");
  };
  return db.each(rule.broken_rows, add);
}

}  // namespace

Result<std::vector<BlobId>> reachable_blobs(Connection& db) {
  std::vector<BlobId> blobs;
  CAIRN_CHECK(db.each("SELECT blob FROM segments WHERE until IS NULL UNION SELECT content_hash FROM documents",
                      [&](Row row) { blobs.push_back(to_blob_id(row.binary())); }));
  return blobs;
}

Result<void> check_rules(Connection& db, std::vector<std::string>& problems) {
  for (const Rule& rule : rules) CAIRN_CHECK(check_rule(db, rule, problems));
  return {};
}

Result<std::string> read_setting(Connection& db, const std::string& name) {
  CAIRN_TRY(auto value,
            db.first("SELECT value FROM settings WHERE name = ?", [](Row row) { return row.text(); }, name));
  return std::move(value).value_or(std::string());
}

Result<void> write_setting(const WriteContext& context, const std::string& name, const std::string& value) {
  CAIRN_CHECK(context.db.post(
      "INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", name,
      value));
  return {};
}

}  // namespace cairn::sql
