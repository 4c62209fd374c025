#include "adapters/sqlite/connection.h"

#include "adapters/sqlite/sql_error.h"

namespace cairn::sqlite {

namespace {

class StatementRow final : public sql::RowSource {
 public:
  explicit StatementRow(sqlite3_stmt* statement) : statement_(statement) {}

  std::int64_t integer(int column) const override { return sqlite3_column_int64(statement_, column); }
  double real(int column) const override { return sqlite3_column_double(statement_, column); }
  std::string text(int column) const override {
    return copy(column, reinterpret_cast<const char*>(sqlite3_column_text(statement_, column)));
  }
  std::string binary(int column) const override {
    return copy(column, static_cast<const char*>(sqlite3_column_blob(statement_, column)));
  }
  bool is_null(int column) const override { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }

 private:
  std::string copy(int column, const char* bytes) const {
    if (bytes == nullptr) return {};
    return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
  }

  sqlite3_stmt* statement_;
};

/// Bound values stay where they are until the statement has run, so nothing is copied.
void bind(sqlite3_stmt* statement, int index, const sql::Value& value) {
  const char* bytes = value.bytes.data() == nullptr ? "" : value.bytes.data();
  if (value.is_null) sqlite3_bind_null(statement, index);
  else if (value.kind == sql::Value::Kind::integer) sqlite3_bind_int64(statement, index, value.integer);
  else if (value.kind == sql::Value::Kind::real) sqlite3_bind_double(statement, index, value.real);
  else if (value.kind == sql::Value::Kind::binary)
    sqlite3_bind_blob64(statement, index, bytes, value.bytes.size(), SQLITE_STATIC);
  else sqlite3_bind_text64(statement, index, bytes, value.bytes.size(), SQLITE_STATIC, SQLITE_UTF8);
}

struct Reset {
  sqlite3_stmt* statement;
  ~Reset() { sqlite3_reset(statement); }
};

}  // namespace

Result<std::unique_ptr<Connection>> Connection::open(const std::string& uri, int flags,
                                                     std::chrono::milliseconds busy_timeout) {
  sqlite3* database = nullptr;
  const int code = sqlite3_open_v2(uri.c_str(), &database, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI, nullptr);
  std::unique_ptr<Connection> connection(new Connection(database));
  if (code != SQLITE_OK) return fail(sql_error(database, code));
  sqlite3_busy_timeout(database, static_cast<int>(busy_timeout.count()));
  return connection;
}

Connection::~Connection() {
  for (const auto& [sql, statement] : statements_) sqlite3_finalize(statement);
  sqlite3_close(database_);
}

Result<void> Connection::execute(const char* script) {
  const int code = sqlite3_exec(database_, script, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return failure(code);
  return {};
}

Result<std::int64_t> Connection::query(std::string_view sql, std::span<const sql::Value> values, const Visit& visit) {
  CAIRN_TRY(sqlite3_stmt * statement, prepare(sql));
  const Reset reset{statement};
  for (std::size_t i = 0; i < values.size(); ++i) bind(statement, static_cast<int>(i) + 1, values[i]);
  const StatementRow row(statement);
  int code = SQLITE_ROW;
  while ((code = sqlite3_step(statement)) == SQLITE_ROW) visit(sql::Row(row));
  if (code != SQLITE_DONE) return failure(code);
  return sqlite3_changes64(database_);
}

Result<void> Connection::send(std::string_view sql, std::span<const sql::Value> values) {
  CAIRN_CHECK(query(sql, values, [](sql::Row) {}));
  return {};
}

Result<sqlite3_stmt*> Connection::prepare(std::string_view sql) {
  if (const auto known = statements_.find(sql); known != statements_.end()) return known->second;
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(database_, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                                      &statement, nullptr);
  if (code != SQLITE_OK) return failure(code);
  statements_.emplace(sql, statement);
  return statement;
}

std::unexpected<Error> Connection::failure(int code) const { return fail(sql_error(database_, code)); }

Result<void> Transaction::begin(const char* sql) {
  CAIRN_CHECK(connection_.run(sql));
  open_ = true;
  return {};
}

Result<void> Transaction::commit() {
  CAIRN_CHECK(connection_.run("COMMIT"));
  open_ = false;
  return {};
}

Transaction::~Transaction() {
  if (open_ && sqlite3_get_autocommit(connection_.handle()) == 0) (void)connection_.execute("ROLLBACK");
}

}  // namespace cairn::sqlite
