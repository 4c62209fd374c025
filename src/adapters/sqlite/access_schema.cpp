#include "adapters/sqlite/access_schema.h"

#include <array>
#include <string>

#include "adapters/sqlite/schema.h"

namespace cairn::sqlite {
namespace {

// Scopes are the numbers of Scope added up, groups a JSON list, times milliseconds since 1970 in UTC, secrets SHA-256.
// `facts` holds "generation", which grows whenever callers may be recognised differently, and "claimed" once there was
// a key or a user.
constexpr const char* version_1 = R"sql(
CREATE TABLE facts (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO facts VALUES ('generation', 1);

CREATE TABLE keys (
  key INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  hash BLOB NOT NULL UNIQUE,
  tenant TEXT NOT NULL,
  name TEXT NOT NULL,
  prefix TEXT NOT NULL,
  scopes INTEGER NOT NULL,
  groups TEXT NOT NULL,
  requests_per_minute INTEGER NOT NULL,
  burst INTEGER NOT NULL,
  documents_per_day INTEGER NOT NULL,
  bytes_per_day INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER,
  revoked_at INTEGER,
  last_used_at INTEGER);
CREATE INDEX keys_by_tenant ON keys (tenant, key);

CREATE TABLE key_uses (
  key INTEGER NOT NULL REFERENCES keys (key) ON DELETE CASCADE,
  day INTEGER NOT NULL,
  documents INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  PRIMARY KEY (key, day)) WITHOUT ROWID;

CREATE TABLE users (
  key INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  tenant TEXT NOT NULL,
  name TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  scopes INTEGER NOT NULL,
  groups TEXT NOT NULL,
  version INTEGER NOT NULL DEFAULT 1,
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  last_login_at INTEGER,
  UNIQUE (tenant, name));

CREATE TABLE sessions (
  key INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  user INTEGER NOT NULL REFERENCES users (key) ON DELETE CASCADE,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  ended_at INTEGER);
CREATE INDEX sessions_by_user ON sessions (user);
CREATE INDEX sessions_ended ON sessions (ended_at) WHERE ended_at IS NOT NULL;

CREATE TABLE refresh_tokens (
  hash BLOB PRIMARY KEY,
  session INTEGER NOT NULL REFERENCES sessions (key) ON DELETE CASCADE,
  used_at INTEGER) WITHOUT ROWID;
CREATE INDEX refresh_tokens_by_session ON refresh_tokens (session);

CREATE TABLE signing_keys (
  id TEXT PRIMARY KEY,
  seed BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  retired_at INTEGER) WITHOUT ROWID;

CREATE TABLE setup_tokens (hash BLOB PRIMARY KEY, expires_at INTEGER NOT NULL) WITHOUT ROWID;

CREATE TABLE quotas (
  tenant TEXT PRIMARY KEY,
  max_documents INTEGER NOT NULL,
  max_bytes INTEGER NOT NULL) WITHOUT ROWID;

CREATE TABLE audit (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  tenant TEXT NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  object TEXT NOT NULL,
  address TEXT NOT NULL,
  outcome TEXT NOT NULL);
CREATE INDEX audit_by_tenant ON audit (tenant, number);
CREATE INDEX audit_by_age ON audit (at);
)sql";

// The script that leads from version N to N + 1 stands at N. Never change one that was released.
constexpr std::array<const char*, access_schema_version> migrations = {version_1};

}  // namespace

Result<void> migrate_access(Connection& connection) {
  Transaction transaction(connection);
  CAIRN_CHECK(transaction.begin("BEGIN IMMEDIATE"));
  CAIRN_TRY(const int found, read_schema_version(connection));
  if (found > access_schema_version)
    return fail(ErrorKind::unsupported,
                "the keys and users of this data folder were written by a newer cairn (version " +
                    std::to_string(found) + ", this program knows " + std::to_string(access_schema_version) +
                    "): update cairn");
  for (int version = found; version < access_schema_version; ++version)
    CAIRN_CHECK(connection.execute(migrations[static_cast<std::size_t>(version)]));
  if (found != access_schema_version)
    CAIRN_CHECK(connection.execute(("PRAGMA user_version = " + std::to_string(access_schema_version)).c_str()));
  return transaction.commit();
}

}  // namespace cairn::sqlite
