#pragma once

#include "base/clock.h"
#include "sql/connection.h"
#include "sql/ids.h"
#include "sql/tenant_turns.h"

namespace cairn::sql {

/// What a change works with, inside one transaction.
struct WriteContext {
  Connection& db;
  TimePoint now;
  TaskIdSource& task_ids;
  TenantTurns& turns;
};

}  // namespace cairn::sql
