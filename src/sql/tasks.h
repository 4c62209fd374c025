#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "ports/catalog.h"
#include "sql/write_context.h"

namespace cairn::sql {

// The task methods of Catalog that people use, inside a transaction. Those of workers are in claims.h.
Result<Task> enqueue(const WriteContext& context, const Task& wanted);
Result<Task> find_task(Connection& db, const TaskId& id);
Result<Page<Task>> list_tasks(Connection& db, const TaskFilter& filter);
Result<std::vector<std::uint64_t>> count_tasks(Connection& db, const TenantId& tenant);
Result<std::vector<std::uint64_t>> count_tasks(Connection& db, const TenantId& tenant, const TaskViewer& viewer);
Result<std::uint64_t> tasks_ahead(Connection& db, const TaskId& id, std::uint64_t most);
Result<Task> cancel_task(const WriteContext& context, const TaskId& id);
Result<Task> retry_task(const WriteContext& context, const TaskId& id);
Result<Task> set_priority(const WriteContext& context, const TaskId& id, int priority);
Result<std::uint64_t> prune_tasks(const WriteContext& context, std::chrono::milliseconds age);

/// The task, if it is running and this is its newest lease.
Result<std::optional<Task>> find_leased_task(Connection& db, const Lease& lease);
/// Those of them that are running, whoever's lease it is.
Result<std::unordered_map<TaskId, Task>> running_tasks(Connection& db, const std::vector<TaskId>& ids);

}  // namespace cairn::sql
