#pragma once

#include <sqlite3.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/result.h"
#include "sql/connection.h"

namespace cairn::sqlite {

/// One SQLite connection with its prepared statements. One thread at a time. Statements are given as string literals:
/// they are prepared once and kept under the literal's text.
class Connection final : public sql::Connection {
 public:
  /// `uri` is a path or `file:` URI, `flags` are SQLITE_OPEN_*.
  static Result<std::unique_ptr<Connection>> open(const std::string& uri, int flags,
                                                  std::chrono::milliseconds busy_timeout);
  ~Connection() override;

  /// Runs a script of statements without values.
  Result<void> execute(const char* script);

  bool is_usable() const { return true; }
  sqlite3* handle() const { return database_; }
  std::unexpected<Error> failure(int code) const;

 protected:
  Result<std::int64_t> query(std::string_view sql, std::span<const sql::Value> values, const Visit& visit) override;
  Result<void> send(std::string_view sql, std::span<const sql::Value> values) override;

 private:
  explicit Connection(sqlite3* database) : database_(database) {}
  Result<sqlite3_stmt*> prepare(std::string_view sql);

  sqlite3* database_;
  std::unordered_map<std::string_view, sqlite3_stmt*> statements_;
};

/// Rolls back when it is left without a commit.
class Transaction {
 public:
  explicit Transaction(Connection& connection) : connection_(connection) {}
  ~Transaction();

  /// `sql` is "BEGIN" to read one state, "BEGIN IMMEDIATE" to write.
  Result<void> begin(const char* sql);
  Result<void> commit();

 private:
  Connection& connection_;
  bool open_ = false;
};

}  // namespace cairn::sqlite
