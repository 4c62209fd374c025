#include "adapters/postgres/postgres_catalog.h"

#include <mutex>

#include "adapters/postgres/database.h"
#include "sql/sql_catalog.h"

namespace cairn {
namespace {

using sql::Connection;

// A transaction that writes holds this row from its beginning to its end, so that they follow one after the other and
// see what all before them have done.
constexpr std::string_view take_counter =
    "WITH held AS MATERIALIZED (SELECT value FROM counters WHERE name = 'change' FOR UPDATE) "
    "SELECT value, " CAIRN_DATABASE_NOW " FROM held";

constexpr std::string_view store_counter =
    "UPDATE counters SET value = (SELECT last_value FROM change_numbers) WHERE name = 'change' AND value < (SELECT "
    "last_value FROM change_numbers WHERE is_called) RETURNING value";

// While nobody could write, nobody could renew a lease either: then the leases of those who wait to do so are as long
// as they were before. Every living worker writes each second at least, if only to look for work, so that
// the leases of a dead one do run out.
constexpr std::string_view make_up_for_a_pause =
    "UPDATE tasks SET lease_until = lease_until + (CAST(?1 AS BIGINT) - written.value) FROM counters written "
    "WHERE written.name = 'written_at' AND CAST(?1 AS BIGINT) - written.value > CAST(?2 AS BIGINT) AND tasks.status = "
    "1";
constexpr std::string_view note_the_time =
    "INSERT INTO counters (name, value) VALUES ('written_at', ?1) ON CONFLICT (name) DO UPDATE "
    "SET value = excluded.value WHERE counters.value < excluded.value - CAST(?2 AS BIGINT)";

class CatalogTransactions {
 public:
  CatalogTransactions(std::shared_ptr<PostgresDatabase> database, ChangeFeed* feed)
      : database_(std::move(database)), feed_(feed) {}

  template <class Work>
  std::invoke_result_t<Work, Connection&> read(const Work& work) const {
    return database_->read([&](Connection& db) { return work(db); });
  }

  template <class Work>
  std::invoke_result_t<Work, const sql::WriteContext&> write(const Work& work) {
    bool moved = false;
    auto result = database_->write_alone(take_counter, [&](Connection& db, const PostgresDatabase::Held& held) {
      return work_and_count(work, db, held, moved);
    });
    if (result && moved && feed_ != nullptr) feed_->announce();
    return result;
  }

  Result<std::vector<std::string>> verify() const {
    return read([](Connection& db) -> Result<std::vector<std::string>> {
      std::vector<std::string> problems;
      CAIRN_CHECK(sql::check_rules(db, problems));
      return problems;
    });
  }

  Result<void> copy_to(const std::string&) const {
    return fail(ErrorKind::unsupported,
                "the catalog is in PostgreSQL: copy it with pg_dump, or by PostgreSQL's continuous archiving");
  }

 private:
  template <class Work>
  std::invoke_result_t<Work, const sql::WriteContext&> work_and_count(const Work& work, Connection& db,
                                                                      const PostgresDatabase::Held& held, bool& moved) {
    CAIRN_CHECK(keep_leases(db, held.now));
    auto result = work(sql::WriteContext{db, held.now, task_ids_, turns_});
    if (!result) return result;
    CAIRN_TRY(const auto newest, db.first(store_counter, [](sql::Row row) { return row.integer(); }));
    moved = newest.has_value();
    if (newest) CAIRN_CHECK(sql::forget_old_removals(db, held.value, *newest));
    return result;
  }

  /// A clock of a test may jump.
  Result<void> keep_leases(Connection& db, TimePoint now) const {
    if (database_->options().clock != nullptr) return {};
    const auto pause = database_->options().longest_pause / 2;
    CAIRN_CHECK(db.post(make_up_for_a_pause, now, pause.count()));
    return db.post(note_the_time, now, pause.count() / 10);
  }

  std::shared_ptr<PostgresDatabase> database_;
  ChangeFeed* feed_;
  sql::TaskIdSource task_ids_;  // Used by whoever writes, and they take turns.
  sql::TenantTurns turns_;      // Likewise.
};

}  // namespace

// A dump takes the setting along, but not where it was made.
Result<std::string> postgres_catalog_identity(PostgresDatabase& database) {
  return database.write([](Connection& db) -> Result<std::string> {
    CAIRN_CHECK(
        db.post("INSERT INTO settings (name, value) VALUES ('store_id', CAST(gen_random_uuid() AS TEXT)) "
                "ON CONFLICT (name) DO NOTHING"));
    CAIRN_TRY(const auto identity,
              db.first("SELECT value || ' in ' || (SELECT system_identifier FROM pg_control_system()) || '/' || "
                       "(SELECT oid FROM pg_database WHERE datname = current_database()) || '/' || "
                       "(SELECT oid FROM pg_namespace WHERE nspname = current_schema()) "
                       "FROM settings WHERE name = 'store_id'",
                       [](sql::Row row) { return row.text(); }));
    return identity.value_or("");
  });
}

std::unique_ptr<PortableCatalog> make_postgres_catalog(std::shared_ptr<PostgresDatabase> database, ChangeFeed* feed) {
  return std::make_unique<sql::SqlCatalog<CatalogTransactions>>(std::move(database), feed);
}

}  // namespace cairn
