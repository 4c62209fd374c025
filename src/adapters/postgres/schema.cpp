#include "adapters/postgres/schema.h"

#include <array>
#include <vector>

#include "adapters/postgres/access_tables.h"
#include "adapters/postgres/catalog_tables.h"
#include "adapters/postgres/statement_text.h"

namespace cairn::postgres {
namespace {

/// The script that leads from version N to N + 1 stands at N. Never change one that was released. While nodes are
/// updated one by one, old ones go on in the new schema: so a script adds tables, indexes and columns with defaults.
/// One that cannot says which version of Cairn's schema a program must know at least from then on.
struct Migration {
  std::vector<const char*> scripts;
  int oldest_program;
};

const std::array<Migration, schema_version> migrations = {
    Migration{.scripts = {catalog_tables, access_tables, blob_tables}, .oldest_program = 1},
    Migration{.scripts = {node_tables}, .oldest_program = 1},
    Migration{.scripts = {scaling_tables}, .oldest_program = 1},
};

struct Version {
  int schema = 0, oldest_program = 0;
};

std::string set_search_path(const std::string& schema) { return "SET LOCAL search_path TO " + quoted(schema); }

Result<Version> read_version(Connection& connection, const std::string& schema) {
  const auto is_there = [](sql::Row row) { return row.integer() != 0; };
  CAIRN_TRY(const auto there,
            connection.first("SELECT count(*) FROM pg_catalog.pg_tables WHERE schemaname = ? AND tablename = "
                             "'schema_version'",
                             is_there, schema));
  if (!there.value_or(false)) return Version{};
  CAIRN_CHECK(connection.queue(set_search_path(schema)));
  const auto read = [](sql::Row row) {
    const int version = row.as<int>();
    return Version{.schema = version, .oldest_program = row.as<int>()};
  };
  CAIRN_TRY(const auto found, connection.first("SELECT version, oldest_program FROM schema_version", read));
  return found.value_or(Version{});
}

Result<bool> is_up_to_date(const Version& found) {
  if (found.oldest_program > schema_version)
    return fail(ErrorKind::unsupported, "the schema in PostgreSQL needs a newer cairn (it is at version " +
                                            std::to_string(found.schema) + ", this program knows " +
                                            std::to_string(schema_version) + "): update cairn");
  return found.schema >= schema_version;
}

Result<void> make_schema(Connection& connection, const std::string& schema) {
  CAIRN_CHECK(connection.queue("CREATE SCHEMA IF NOT EXISTS " + quoted(schema)));
  CAIRN_CHECK(connection.queue(set_search_path(schema)));
  CAIRN_CHECK(
      connection.queue("CREATE TABLE schema_version (version BIGINT NOT NULL, oldest_program BIGINT NOT NULL)"));
  return connection.queue("INSERT INTO schema_version VALUES (0, 0)");
}

Result<void> bring_up_to_date(Connection& connection, const std::string& schema) {
  // Held until the end of the transaction, so that it works through a pooler. The number is any that nobody else uses.
  CAIRN_CHECK(connection.run("SELECT pg_advisory_xact_lock(7236921)"));
  CAIRN_TRY(const Version found, read_version(connection, schema));
  CAIRN_TRY(const bool done, is_up_to_date(found));
  if (done) return {};
  if (found.oldest_program == 0) CAIRN_CHECK(make_schema(connection, schema));
  for (int version = found.schema; version < schema_version; ++version) {
    const Migration& migration = migrations[static_cast<std::size_t>(version)];
    for (const char* script : migration.scripts) CAIRN_CHECK(connection.execute(script));
    CAIRN_CHECK(connection.run("UPDATE schema_version SET version = ?, oldest_program = ?", version + 1,
                               migration.oldest_program));
  }
  return {};
}

template <class Work>
std::invoke_result_t<Work> in_transaction(Connection& connection, const Work& work) {
  CAIRN_CHECK(connection.queue("BEGIN"));
  auto result = work();
  if (!result) return connection.roll_back(), result;
  CAIRN_CHECK(connection.queue("COMMIT"));
  CAIRN_CHECK(connection.flush());
  return result;
}

}  // namespace

Result<void> migrate(Connection& connection, const std::string& schema) {
  // A user who may only use the schema never comes further than this.
  CAIRN_TRY(const Version found, in_transaction(connection, [&] { return read_version(connection, schema); }));
  CAIRN_TRY(const bool done, is_up_to_date(found));
  if (done) return {};
  return in_transaction(connection, [&] { return bring_up_to_date(connection, schema); });
}

}  // namespace cairn::postgres
