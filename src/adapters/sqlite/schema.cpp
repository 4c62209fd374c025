#include "adapters/sqlite/schema.h"

#include <array>
#include <string>

namespace cairn::sqlite {
namespace {

// Statuses are the numbers of DocumentStatus and TaskStatus, times are milliseconds since 1970 in UTC, ids and hashes
// are binary. Deleted collections stay as empty rows, so that neither their key nor their id is ever used again.
constexpr const char* version_1 = R"sql(
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE collections (
  key INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  tenant TEXT NOT NULL,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  embedding_model TEXT NOT NULL,
  chunking_strategy TEXT NOT NULL,
  chunking_max_tokens INTEGER NOT NULL,
  chunking_overlap_tokens INTEGER NOT NULL,
  manifest INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  deleted_at INTEGER);
CREATE UNIQUE INDEX collections_by_name ON collections (tenant, name) WHERE deleted_at IS NULL;

CREATE TABLE documents (
  key INTEGER PRIMARY KEY,
  collection INTEGER NOT NULL REFERENCES collections (key),
  id BLOB NOT NULL,
  external_id TEXT NOT NULL,
  content_hash BLOB NOT NULL,
  byte_size INTEGER NOT NULL,
  version INTEGER NOT NULL,
  indexed_version INTEGER NOT NULL DEFAULT 0,
  status INTEGER NOT NULL,
  progress REAL NOT NULL DEFAULT 0,
  error TEXT NOT NULL DEFAULT '',
  pages INTEGER NOT NULL DEFAULT 0,
  chunks INTEGER NOT NULL DEFAULT 0,
  tokens INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  title TEXT NOT NULL,
  url TEXT NOT NULL,
  language TEXT NOT NULL,
  media_type TEXT NOT NULL,
  file_name TEXT NOT NULL,
  metadata TEXT NOT NULL,
  acl TEXT NOT NULL,
  found_title TEXT NOT NULL DEFAULT '',
  found_language TEXT NOT NULL DEFAULT '',
  found_media_type TEXT NOT NULL DEFAULT '');
CREATE UNIQUE INDEX documents_by_id ON documents (id);
CREATE UNIQUE INDEX documents_by_external_id ON documents (collection, external_id);
CREATE INDEX documents_by_status ON documents (collection, status);

CREATE TABLE segments (
  key INTEGER PRIMARY KEY AUTOINCREMENT,
  collection INTEGER NOT NULL REFERENCES collections (key),
  blob BLOB NOT NULL,
  bytes INTEGER NOT NULL,
  documents INTEGER NOT NULL,
  chunks INTEGER NOT NULL,
  model TEXT NOT NULL,
  since INTEGER NOT NULL,
  until INTEGER,
  dead_documents INTEGER NOT NULL DEFAULT 0,
  dead_chunks INTEGER NOT NULL DEFAULT 0);
CREATE UNIQUE INDEX segments_live ON segments (collection, blob) WHERE until IS NULL;
CREATE INDEX segments_gone ON segments (collection, until) WHERE until IS NOT NULL;

CREATE TABLE tombstones (
  segment INTEGER NOT NULL REFERENCES segments (key) ON DELETE CASCADE,
  document INTEGER NOT NULL,
  chunks INTEGER NOT NULL,
  since INTEGER NOT NULL,
  PRIMARY KEY (segment, document)) WITHOUT ROWID;

CREATE TABLE tasks (
  key INTEGER PRIMARY KEY AUTOINCREMENT,
  id BLOB NOT NULL,
  tenant TEXT NOT NULL,
  type TEXT NOT NULL,
  priority INTEGER NOT NULL,
  status INTEGER NOT NULL,
  collection INTEGER REFERENCES collections (key),
  document BLOB,
  document_version INTEGER NOT NULL DEFAULT 0,
  payload TEXT NOT NULL DEFAULT '{}',
  attempts INTEGER NOT NULL DEFAULT 0,
  epoch INTEGER NOT NULL DEFAULT 0,
  node TEXT NOT NULL DEFAULT '',
  progress REAL NOT NULL DEFAULT 0,
  error TEXT NOT NULL DEFAULT '',
  created_at INTEGER NOT NULL,
  started_at INTEGER,
  finished_at INTEGER,
  lease_until INTEGER,
  not_before INTEGER);
CREATE UNIQUE INDEX tasks_by_id ON tasks (id);
CREATE INDEX tasks_queued ON tasks (type, priority) WHERE status = 0;
CREATE INDEX tasks_running ON tasks (lease_until) WHERE status = 1;
CREATE INDEX tasks_active ON tasks (document, type, collection) WHERE status < 2;
CREATE INDEX tasks_by_status ON tasks (tenant, status);
)sql";

// The change feed: every change of a task or document gives its row the next number of one counter, and what is removed
// leaves a row in `removals`. What changed before version 2 has the number 0. Claims take turns between tenants.
constexpr const char* version_2 = R"sql(
CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO counters (name, value) VALUES ('change', 0), ('removals_forgotten', 0);

ALTER TABLE documents ADD COLUMN change INTEGER NOT NULL DEFAULT 0;
CREATE INDEX documents_by_change ON documents (change);

ALTER TABLE tasks ADD COLUMN change INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tasks ADD COLUMN requested_by TEXT NOT NULL DEFAULT '{}';
ALTER TABLE tasks ADD COLUMN parent BLOB;
ALTER TABLE tasks ADD COLUMN deadline INTEGER;
ALTER TABLE tasks ADD COLUMN expires_at INTEGER;
ALTER TABLE tasks ADD COLUMN stage TEXT NOT NULL DEFAULT '';
ALTER TABLE tasks ADD COLUMN result TEXT NOT NULL DEFAULT '';
CREATE INDEX tasks_by_change ON tasks (change);
CREATE INDEX tasks_by_parent ON tasks (parent, document) WHERE parent IS NOT NULL;
CREATE INDEX tasks_by_deadline ON tasks (deadline) WHERE deadline IS NOT NULL AND status < 2;
CREATE INDEX tasks_by_expiry ON tasks (expires_at) WHERE expires_at IS NOT NULL AND status >= 2;
DROP INDEX tasks_queued;
CREATE INDEX tasks_queued ON tasks (type, priority, tenant) WHERE status = 0;

CREATE TABLE removals (
  kind INTEGER NOT NULL,
  id BLOB NOT NULL,
  tenant TEXT NOT NULL,
  collection TEXT NOT NULL,
  acl TEXT NOT NULL,
  change INTEGER NOT NULL,
  PRIMARY KEY (kind, id)) WITHOUT ROWID;
CREATE INDEX removals_by_change ON removals (change);
)sql";

// Lists of the documents in one status are read in their order.
constexpr const char* version_3 = R"sql(
DROP INDEX documents_by_status;
CREATE INDEX documents_by_status ON documents (collection, status, external_id);
)sql";

// The script that leads from version N to N + 1 stands at N. Never change one that was released.
constexpr std::array<const char*, schema_version> migrations = {version_1, version_2, version_3};

}  // namespace

Result<int> read_schema_version(Connection& connection) {
  CAIRN_TRY(const auto version, connection.first("PRAGMA user_version", [](sql::Row row) { return row.as<int>(); }));
  return version.value_or(0);
}

std::unexpected<Error> newer_schema(int found) {
  return fail(ErrorKind::unsupported, "this data folder was written by a newer cairn (catalog version " +
                                          std::to_string(found) + ", this program knows " +
                                          std::to_string(schema_version) + "): update cairn");
}

Result<void> migrate(Connection& connection) {
  Transaction transaction(connection);
  CAIRN_CHECK(transaction.begin("BEGIN IMMEDIATE"));
  CAIRN_TRY(const int found, read_schema_version(connection));
  if (found > schema_version) return newer_schema(found);
  for (int version = found; version < schema_version; ++version)
    CAIRN_CHECK(connection.execute(migrations[static_cast<std::size_t>(version)]));
  if (found != schema_version)
    CAIRN_CHECK(connection.execute(("PRAGMA user_version = " + std::to_string(schema_version)).c_str()));
  return transaction.commit();
}

}  // namespace cairn::sqlite
