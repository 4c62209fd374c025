#pragma once

#include <cstdint>

#include "adapters/sqlite/connection.h"

namespace cairn::sqlite {

/// Numbers changes: the SQL function next_change() of the writing connection gives each changed row the next number,
/// and the newest is stored with the transaction. One thread at a time; must outlive its connection's statements.
class ChangeCounter {
 public:
  /// Defines next_change() on the connection.
  Result<void> attach(Connection& connection);

  /// Where the numbers go on; first in a transaction.
  Result<void> begin(Connection& db);

  /// Stores the newest number; last in a transaction.
  Result<void> end(Connection& db);

  /// Whether the transaction changed something that the change feed tells.
  bool moved() const { return last_ != stored_; }

 private:
  static void next(sqlite3_context* call, int, sqlite3_value**);

  std::int64_t last_ = 0, stored_ = 0;
};

}  // namespace cairn::sqlite
