#pragma once

#include <sqlite3.h>

#include <chrono>
#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>

#include "base/clock.h"
#include "base/result.h"

namespace cairn::sqlite {

/// Binary bytes, bound as a BLOB where a plain string would be TEXT.
struct BinaryValue {
  std::string bytes;
};

/// The columns of the current row, read left to right.
class Row {
 public:
  explicit Row(sqlite3_stmt* statement) : statement_(statement) {}

  std::int64_t integer() { return sqlite3_column_int64(statement_, column_++); }
  double real() { return sqlite3_column_double(statement_, column_++); }
  std::string text();
  std::string binary();
  template <std::integral T>
  T as() {
    return static_cast<T>(integer());
  }
  template <class E>
    requires std::is_enum_v<E>
  E as() {
    return static_cast<E>(integer());
  }
  TimePoint time() { return TimePoint(std::chrono::milliseconds(integer())); }
  std::optional<TimePoint> optional_time();

 private:
  sqlite3_stmt* statement_;
  int column_ = 0;
};

/// One SQLite connection with its prepared statements. One thread at a time. Statements are given as string literals:
/// they are prepared once and kept under the literal's text.
class Connection {
 public:
  /// `uri` is a path or `file:` URI, `flags` are SQLITE_OPEN_*.
  static Result<std::unique_ptr<Connection>> open(const std::string& uri, int flags,
                                                  std::chrono::milliseconds busy_timeout);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Runs a script of statements without values.
  Result<void> execute(const char* script);

  /// Runs a statement to its end. Returns how many rows it changed.
  template <class... Values>
  Result<std::int64_t> run(std::string_view sql, const Values&... values) {
    CAIRN_CHECK(each(sql, [](Row) {}, values...));
    return sqlite3_changes64(database_);
  }

  /// Calls `visit(Row)` for each row. `visit` must not run the same statement again.
  template <class Visit, class... Values>
  Result<void> each(std::string_view sql, Visit&& visit, const Values&... values) {
    CAIRN_TRY(sqlite3_stmt * statement, prepare(sql));
    const Reset reset{statement};
    int index = 0;
    (bind(statement, ++index, values), ...);
    int code = SQLITE_ROW;
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) visit(Row(statement));
    if (code != SQLITE_DONE) return failure(code);
    return {};
  }

  /// The first row as `read(Row)` makes it, or nothing.
  template <class Read, class... Values>
  auto first(std::string_view sql, Read&& read, const Values&... values)
      -> Result<std::optional<std::invoke_result_t<Read, Row>>> {
    std::optional<std::invoke_result_t<Read, Row>> found;
    CAIRN_CHECK(each(
        sql,
        [&](Row row) {
          if (!found) found = read(row);
        },
        values...));
    return found;
  }

  std::int64_t last_key() const { return sqlite3_last_insert_rowid(database_); }
  sqlite3* handle() const { return database_; }
  std::unexpected<Error> failure(int code) const;

 private:
  struct Reset {
    sqlite3_stmt* statement;
    ~Reset() { sqlite3_reset(statement); }
  };

  explicit Connection(sqlite3* database) : database_(database) {}
  Result<sqlite3_stmt*> prepare(std::string_view sql);

  // Bound values stay where they are until the statement has run, so nothing is copied.
  static void bind(sqlite3_stmt* s, int i, std::nullptr_t) { sqlite3_bind_null(s, i); }
  static void bind(sqlite3_stmt* s, int i, std::string_view v) {
    sqlite3_bind_text64(s, i, v.data() == nullptr ? "" : v.data(), v.size(), SQLITE_STATIC, SQLITE_UTF8);
  }
  static void bind(sqlite3_stmt* s, int i, const std::string& v) { bind(s, i, std::string_view(v)); }
  static void bind(sqlite3_stmt* s, int i, const char* v) { bind(s, i, std::string_view(v)); }
  static void bind(sqlite3_stmt* s, int i, const BinaryValue& v) {
    sqlite3_bind_blob64(s, i, v.bytes.data(), v.bytes.size(), SQLITE_STATIC);
  }
  static void bind(sqlite3_stmt* s, int i, double v) { sqlite3_bind_double(s, i, v); }
  static void bind(sqlite3_stmt* s, int i, std::integral auto v) {
    sqlite3_bind_int64(s, i, static_cast<std::int64_t>(v));
  }
  static void bind(sqlite3_stmt* s, int i, TimePoint v) { bind(s, i, v.time_since_epoch().count()); }
  template <class E>
    requires std::is_enum_v<E>
  static void bind(sqlite3_stmt* s, int i, E v) {
    bind(s, i, static_cast<int>(v));
  }
  template <class T>
  static void bind(sqlite3_stmt* s, int i, const std::optional<T>& v) {
    if (v) bind(s, i, *v);
    else bind(s, i, nullptr);
  }

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
