#pragma once

#include <array>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/clock.h"
#include "base/result.h"

namespace cairn::sql {

/// Binary bytes, where a plain string would be text.
struct BinaryValue {
  std::string bytes;
};

/// A value for a statement, seen where it lies: it lives as long as the call that takes it. An absent one still has the
/// kind of what is absent, because some databases want to know it.
struct Value {
  enum class Kind { integer, real, text, binary };
  Kind kind = Kind::text;
  bool is_null = false;
  std::int64_t integer = 0;
  double real = 0;
  std::string_view bytes = {};  ///< Of text and binary.

  static Value of(std::nullptr_t) { return {.kind = Kind::text, .is_null = true}; }
  static Value of(std::string_view text) { return {.kind = Kind::text, .bytes = text}; }
  static Value of(const std::string& text) { return of(std::string_view(text)); }
  static Value of(const char* text) { return of(std::string_view(text)); }
  static Value of(const BinaryValue& binary) { return {.kind = Kind::binary, .bytes = binary.bytes}; }
  static Value of(double number) { return {.kind = Kind::real, .real = number}; }
  static Value of(std::integral auto number) {
    return {.kind = Kind::integer, .integer = static_cast<std::int64_t>(number)};
  }
  static Value of(TimePoint time) { return of(time.time_since_epoch().count()); }
  template <class E>
    requires std::is_enum_v<E>
  static Value of(E value) {
    return of(static_cast<int>(value));
  }
  template <class T>
  static Value of(const std::optional<T>& value) {
    if (value) return of(*value);
    Value absent = of(T{});
    absent.is_null = true;
    absent.bytes = {};
    return absent;
  }
};

/// The row that a statement has come to. What is NULL reads as 0 or empty.
class RowSource {
 public:
  virtual std::int64_t integer(int column) const = 0;
  virtual double real(int column) const = 0;
  virtual std::string text(int column) const = 0;
  virtual std::string binary(int column) const = 0;
  virtual bool is_null(int column) const = 0;

 protected:
  ~RowSource() = default;
};

/// The columns of the current row, read left to right.
class Row {
 public:
  explicit Row(const RowSource& source) : source_(&source) {}

  std::int64_t integer() { return source_->integer(column_++); }
  double real() { return source_->real(column_++); }
  std::string text() { return source_->text(column_++); }
  std::string binary() { return source_->binary(column_++); }
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
  std::optional<TimePoint> optional_time() {
    if (source_->is_null(column_)) return ++column_, std::nullopt;
    return time();
  }

 private:
  const RowSource* source_;
  int column_ = 0;
};

/// One connection to a database, inside a transaction that somebody else began. One thread at a time. Statements are
/// string literals in the SQL that SQLite and PostgreSQL share, with `?` or `?1`, `?2` … for values; an adapter may
/// know a literal again by its text. See README.md for what else such a statement may use.
class Connection {
 public:
  Connection() = default;
  virtual ~Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Runs a statement to its end. Returns how many rows it changed.
  template <class... Values>
  Result<std::int64_t> run(std::string_view sql, const Values&... values) {
    const std::array<Value, sizeof...(values)> bound{Value::of(values)...};
    return query(sql, bound, [](Row) {});
  }

  /// As run(), for when nobody waits for what it changes: it may reach the database together with the next statement,
  /// and what is wrong with it may become known only there.
  template <class... Values>
  Result<void> post(std::string_view sql, const Values&... values) {
    const std::array<Value, sizeof...(values)> bound{Value::of(values)...};
    return send(sql, bound);
  }

  /// Calls `visit(Row)` for each row. `visit` must not use the connection.
  template <class Visit, class... Values>
  Result<void> each(std::string_view sql, Visit&& visit, const Values&... values) {
    const std::array<Value, sizeof...(values)> bound{Value::of(values)...};
    CAIRN_CHECK(query(sql, bound, std::ref(visit)));
    return {};
  }

  /// The first row as `read(Row)` makes it, or nothing.
  template <class Read, class... Values>
  auto first(std::string_view sql, Read&& read, const Values&... values)
      -> Result<std::optional<std::invoke_result_t<Read, Row>>> {
    std::optional<std::invoke_result_t<Read, Row>> found;
    const auto visit = [&](Row row) {
      if (!found) found = read(row);
    };
    CAIRN_CHECK(each(sql, visit, values...));
    return found;
  }

 protected:
  using Visit = std::function<void(Row)>;
  virtual Result<std::int64_t> query(std::string_view sql, std::span<const Value> values, const Visit& visit) = 0;
  virtual Result<void> send(std::string_view sql, std::span<const Value> values) = 0;
};

}  // namespace cairn::sql
