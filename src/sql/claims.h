#pragma once

#include <string>
#include <vector>

#include "ports/catalog.h"
#include "sql/write_context.h"

namespace cairn::sql {

// The task methods of Catalog that workers use, inside a transaction.
Result<std::vector<Task>> claim(const WriteContext& context, const ClaimRequest& request);
Result<std::optional<TimePoint>> next_claimable(Connection& db, const std::vector<std::string>& types);
Result<std::vector<TaskId>> renew(const WriteContext& context, const std::vector<TaskProgress>& progress,
                                  std::chrono::milliseconds lease);
Result<void> fail_task(const WriteContext& context, const Lease& lease, const std::string& error,
                       std::optional<std::chrono::milliseconds> retry_after);
Result<void> release(const WriteContext& context, const std::vector<Lease>& leases);

}  // namespace cairn::sql
