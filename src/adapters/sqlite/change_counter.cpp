#include "adapters/sqlite/change_counter.h"

#include "sql/changes.h"

namespace cairn::sqlite {

Result<void> ChangeCounter::attach(Connection& connection) {
  const int code = sqlite3_create_function_v2(connection.handle(), "next_change", 0, SQLITE_UTF8, this,
                                              &ChangeCounter::next, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return connection.failure(code);
  return {};
}

void ChangeCounter::next(sqlite3_context* call, int, sqlite3_value**) {
  auto* self = static_cast<ChangeCounter*>(sqlite3_user_data(call));
  sqlite3_result_int64(call, ++self->last_);
}

Result<void> ChangeCounter::begin(Connection& db) {
  CAIRN_TRY(const std::uint64_t newest, sql::last_change(db));
  last_ = stored_ = static_cast<std::int64_t>(newest);
  return {};
}

Result<void> ChangeCounter::end(Connection& db) {
  if (!moved()) return {};
  CAIRN_CHECK(db.run("UPDATE counters SET value = ? WHERE name = 'change'", last_));
  return sql::forget_old_removals(db, stored_, last_);
}

}  // namespace cairn::sqlite
