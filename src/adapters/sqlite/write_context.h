#pragma once

#include "adapters/sqlite/connection.h"
#include "adapters/sqlite/ids.h"
#include "adapters/sqlite/tenant_turns.h"
#include "base/clock.h"

namespace cairn::sqlite {

/// What a change works with, inside one transaction.
struct WriteContext {
  Connection& db;
  TimePoint now;
  TaskIdSource& task_ids;
  TenantTurns& turns;
};

}  // namespace cairn::sqlite
