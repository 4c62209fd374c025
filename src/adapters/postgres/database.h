#pragma once

#include <chrono>
#include <exception>
#include <memory>
#include <string>
#include <string_view>

#include "adapters/postgres/connection.h"
#include "adapters/postgres/postgres_options.h"
#include "adapters/postgres/turn_queue.h"
#include "base/clock.h"
#include "sql/connection_pool.h"

namespace cairn {

// The database's clock, so that all nodes have one, in milliseconds since 1970.
#define CAIRN_DATABASE_NOW "CAST(floor(extract(epoch FROM clock_timestamp()) * 1000) AS BIGINT)"

/// A database that Cairn uses: a pool of connections, and transactions on them.
class PostgresDatabase {
 public:
  using Connection = postgres::Connection;

  explicit PostgresDatabase(const PostgresOptions& options);

  const PostgresOptions& options() const { return options_; }

  /// Runs `work(Connection&)` on one state of the database. `work` may run twice, when a connection turns out to be
  /// dead.
  template <class Work>
  std::invoke_result_t<Work, Connection&> read(const Work& work) {
    for (int attempt = 1;; ++attempt) {
      CAIRN_TRY(auto lease, pool_.borrow());
      Transaction transaction(std::move(lease));
      auto result = read_on(transaction, work);
      transaction.end();
      if (result || !transaction.connection->was_lost() || attempt == most_connections_tried) return result;
      pool_.close_idle();
    }
  }

  /// Runs `work(Connection&)` in a transaction of its own: durable when it succeeds, without a trace when it fails.
  /// `work` may run several times, when transactions were in each other's way.
  template <class Work>
  std::invoke_result_t<Work, Connection&> write(const Work& work) {
    for (int attempt = 1;; ++attempt) {
      CAIRN_TRY(Transaction transaction, begin(""));
      auto result = write_on(transaction, [&](const Transaction& open) { return work(*open.connection); });
      if (result || !worth_repeating(transaction, attempt)) return result;
    }
  }

  /// What one who writes alone knows of the row that it holds.
  struct Held {
    std::int64_t value = 0;  ///< The row's value as it begins.
    TimePoint now{};         ///< The database's clock then, or that of the options.
  };

  /// As write(), one after the other over all processes: `lock` selects a number and the time, and keeps the row that
  /// the number is in for itself. `work` takes a Connection& and a Held.
  template <class Work>
  std::invoke_result_t<Work, Connection&, const Held&> write_alone(std::string_view lock, const Work& work) {
    const postgres::TurnQueue::Turn turn(writers_, options_.patience);
    if (!turn) return fail(ErrorKind::unavailable, "the database is slow: too many changes wait; try again");
    for (int attempt = 1;; ++attempt) {
      CAIRN_TRY(Transaction transaction, begin(lock));
      auto result = write_on(transaction, [&](const Transaction& open) { return work(*open.connection, open.held); });
      if (result || !worth_repeating(transaction, attempt)) return result;
    }
  }

 private:
  using Pool = sql::ConnectionPool<Connection>;
  static constexpr int most_connections_tried = 2;

  /// Undone when it is left without a commit. Where it is left by an exception nobody knows what was said last on its
  /// connection: that ends too.
  struct Transaction {
    explicit Transaction(Pool::Lease lease) : connection(std::move(lease)) {}
    Transaction(Transaction&& other) noexcept
        : connection(std::move(other.connection)), held(other.held), open(std::exchange(other.open, false)) {}
    Transaction& operator=(Transaction&&) = delete;
    ~Transaction() {
      if (open && std::uncaught_exceptions() > exceptions) connection->give_up();
      end();
      if (connection.is_held()) connection->forget_notifications();
    }
    void end() {
      if (std::exchange(open, false)) connection->roll_back();
    }

    Pool::Lease connection;
    Held held;
    bool open = false;
    int exceptions = std::uncaught_exceptions();  // Under way when it began.
  };

  template <class Work>
  std::invoke_result_t<Work, Connection&> read_on(Transaction& transaction, const Work& work) {
    Connection& connection = *transaction.connection;
    CAIRN_CHECK(connection.queue("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"));
    transaction.open = true;
    CAIRN_CHECK(connection.queue(settings_));
    auto result = work(connection);
    if (!result || !connection.queue("COMMIT")) return result;
    connection.flush_without_waiting();
    transaction.open = false;
    return result;
  }

  template <class Work>
  std::invoke_result_t<Work, const Transaction&> write_on(Transaction& transaction, const Work& work) {
    auto result = work(transaction);
    if (!result) return result;
    CAIRN_CHECK(commit(transaction));
    return result;
  }

  Result<Transaction> begin(std::string_view lock);
  Result<void> begin_on(Transaction& transaction, std::string_view lock);
  Result<void> commit(Transaction& transaction);

  /// Ends the transaction; whether it was merely in the way of another. Waits a little if so.
  bool worth_repeating(Transaction& transaction, int attempt);

  PostgresOptions options_;
  std::string settings_;
  Pool pool_;
  postgres::TurnQueue writers_;  // Who writes alone waits here, and so holds one connection.
};

}  // namespace cairn
