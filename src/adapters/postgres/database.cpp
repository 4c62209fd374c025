#include "adapters/postgres/database.h"

#include <algorithm>
#include <random>
#include <thread>

#include "adapters/postgres/schema.h"
#include "adapters/postgres/statement_text.h"

namespace cairn {
namespace {

constexpr int most_attempts = 10;

std::string in_milliseconds(std::chrono::milliseconds time) { return "'" + std::to_string(time.count()) + "'"; }

/// What a transaction sets for itself. Nothing is set for a session, which a pooler may give to others.
std::string transaction_settings(const PostgresOptions& options) {
  std::string schema = postgres::quoted(options.schema);
  for (std::size_t at = 0; (at = schema.find('\'', at)) != std::string::npos; at += 2) schema.insert(at, "'");
  const auto set = [](const char* name, const std::string& value) {
    return "set_config('" + std::string(name) + "', " + value + ", true)";
  };
  return "SELECT " + set("search_path", "'" + schema + "'") + ", " +
         set("statement_timeout", in_milliseconds(options.patience * 9 / 10)) + ", " +  // Heard of before we give up.
         set("lock_timeout", in_milliseconds(2 * options.longest_pause)) + ", " +
         set("idle_in_transaction_session_timeout", in_milliseconds(options.longest_pause));
}

/// Longer with each attempt, and different for everyone.
void pause(int attempt) {
  static thread_local std::minstd_rand random(std::random_device{}());
  std::this_thread::sleep_for(std::chrono::milliseconds(random() % (2u << std::min(attempt, 8))));
}

}  // namespace

PostgresDatabase::PostgresDatabase(const PostgresOptions& options)
    : options_(options),
      settings_(transaction_settings(options)),
      pool_([this] { return Connection::open({.url = options_.url, .patience = options_.patience}); },
            options.connections, options.patience) {}

Result<void> PostgresDatabase::begin_on(Transaction& transaction, std::string_view lock) {
  Connection& connection = *transaction.connection;
  // Not READ WRITE, which a standby refuses with an error that does not tell it from a faulty statement.
  CAIRN_CHECK(connection.queue("BEGIN ISOLATION LEVEL READ COMMITTED"));
  transaction.open = true;
  CAIRN_CHECK(connection.queue(settings_));
  if (lock.empty()) {
    CAIRN_CHECK(connection.flush());
    return {};
  }
  const auto read = [](sql::Row row) {
    const std::int64_t value = row.integer();
    return Held{.value = value, .now = row.time()};
  };
  CAIRN_TRY(const auto held, connection.first(lock, read));
  if (!held) return fail(ErrorKind::corrupt, "the database's schema has lost a row: restore a backup");
  transaction.held = *held;
  if (options_.clock != nullptr) transaction.held.now = options_.clock->now();
  return {};
}

/// Nothing has been done before the first answer: a connection that is dead is replaced.
Result<PostgresDatabase::Transaction> PostgresDatabase::begin(std::string_view lock) {
  for (int attempt = 1;; ++attempt) {
    CAIRN_TRY(auto lease, pool_.borrow());
    Transaction transaction(std::move(lease));
    const auto begun = begin_on(transaction, lock);
    if (begun) return transaction;
    if (!transaction.connection->was_lost() || attempt == most_connections_tried) return fail(begun.error());
    pool_.close_idle();
  }
}

Result<void> PostgresDatabase::commit(Transaction& transaction) {
  Connection& connection = *transaction.connection;
  CAIRN_CHECK(connection.queue("COMMIT"));
  const auto done = connection.flush();
  if (connection.was_lost())
    return fail(ErrorKind::unavailable,
                "the connection to PostgreSQL was lost while a change was committed: look whether it is there, or try "
                "again");
  if (!done) return fail(done.error());
  transaction.open = false;
  if (std::string_view(PQcmdStatus(done->get())) != "COMMIT")
    return fail(ErrorKind::internal, "a transaction that had failed was committed");
  return {};
}

bool PostgresDatabase::worth_repeating(Transaction& transaction, int attempt) {
  const bool was_in_the_way = transaction.connection->is_worth_repeating();
  transaction.end();
  if (!was_in_the_way || attempt == most_attempts) return false;
  pause(attempt);
  return true;
}

Result<std::shared_ptr<PostgresDatabase>> open_postgres(const PostgresOptions& options) {
  CAIRN_TRY(const auto connection, postgres::Connection::open({.url = options.url, .patience = options.patience}));
  CAIRN_CHECK(postgres::migrate(*connection, options.schema));
  return std::make_shared<PostgresDatabase>(options);
}

}  // namespace cairn
