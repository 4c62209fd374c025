#pragma once

#include <libpq-fe.h>

#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/result.h"
#include "sql/connection.h"

namespace cairn::postgres {

struct ConnectionOptions {
  std::string url;                     ///< libpq's connection string or URI.
  std::chrono::milliseconds patience;  ///< A server that says nothing for so long is given up.
};

struct ClearResult {
  void operator()(PGresult* result) const { PQclear(result); }
};
using ResultPtr = std::unique_ptr<PGresult, ClearResult>;

/// One connection to PostgreSQL, in libpq's pipeline mode: statements that are only sent travel with the next one that
/// is waited for. Nothing is kept in the session (no named statements, no settings outlive a transaction), so that a
/// pooler may give each transaction another one. One thread at a time.
class Connection final : public sql::Connection {
 public:
  /// Errors: `unavailable`, with what to do.
  static Result<std::unique_ptr<Connection>> open(const ConnectionOptions& options);

  /// Sends a statement (PostgreSQL's own SQL) that the next one takes along.
  Result<void> queue(const std::string& statement);

  /// Runs a script of statements, without values, in the transaction that is open.
  Result<void> execute(const char* script);

  /// Waits for all that was sent; returns the last statement's result. The first error stops the rest.
  Result<ResultPtr> flush();

  /// Sends what is queued and lets the answers come when they will: for the end of a transaction that only read.
  void flush_without_waiting();

  /// Drops notifications: behind a pooler this may be a session in which somebody else listens.
  void forget_notifications();

  /// Undoes the open transaction.
  void roll_back();

  /// Nobody uses it any more.
  void give_up() { lost_ = true; }

  /// Whether another transaction may begin on it.
  bool is_usable() const { return !lost_; }

  /// What the last error means for the transaction: see sql_error.h.
  bool was_lost() const { return lost_; }
  bool is_worth_repeating() const;

  /// Input of this socket means a notification; PQsocket().
  int socket() const { return PQsocket(connection_.get()); }
  PGconn* handle() const { return connection_.get(); }

 protected:
  Result<std::int64_t> query(std::string_view sql, std::span<const sql::Value> values, const Visit& visit) override;
  Result<void> send(std::string_view sql, std::span<const sql::Value> values) override;

 private:
  struct Close {
    void operator()(PGconn* connection) const { PQfinish(connection); }
  };

  Connection(PGconn* connection, std::chrono::milliseconds patience) : connection_(connection), patience_(patience) {}
  Result<ResultPtr> next_result();
  Result<ResultPtr> read_to_sync();
  void read_unread();
  std::unexpected<Error> lose(const std::string& why);

  std::unique_ptr<PGconn, Close> connection_;
  std::chrono::milliseconds patience_;
  std::unordered_map<std::string_view, std::string> statements_;  // As PostgreSQL wants them, by their literals.
  std::size_t queued_ = 0;                                        // Sent since the last answer, in statements.
  bool unread_ = false;  // Answers to flush_without_waiting() are still to come.
  bool lost_ = false;
  std::string state_;  // SQLSTATE of the last error.
};

}  // namespace cairn::postgres
