#include "adapters/sqlite/connection.h"

#include "adapters/sqlite/sql_error.h"

namespace cairn::sqlite {

std::string Row::text() {
  const int column = column_++;
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  return bytes == nullptr ? std::string()
                          : std::string(bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)));
}

std::string Row::binary() {
  const int column = column_++;
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_, column));
  return bytes == nullptr ? std::string()
                          : std::string(bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)));
}

std::optional<TimePoint> Row::optional_time() {
  if (sqlite3_column_type(statement_, column_) == SQLITE_NULL) return ++column_, std::nullopt;
  return time();
}

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
