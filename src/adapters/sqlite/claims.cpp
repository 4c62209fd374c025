#include "adapters/sqlite/claims.h"

#include <algorithm>
#include <compare>
#include <ranges>

#include "adapters/sqlite/rows.h"
#include "adapters/sqlite/task_rules.h"
#include "adapters/sqlite/tasks.h"

namespace cairn::sqlite {
namespace {

Result<void> end_as_failed(const WriteContext& context, const Task& task, const std::string& error) {
  CAIRN_CHECK(context.db.run("UPDATE tasks SET status = ?, error = ?, finished_at = ?, lease_until = NULL WHERE id = ?",
                             TaskStatus::failed, error, context.now, stored(task.id)));
  return fail_document(context, task, error);
}

/// Tasks whose worker went silent on their last attempt: something about them kills workers.
Result<void> fail_exhausted(const WriteContext& context) {
  std::vector<Task> exhausted;
  CAIRN_CHECK(context.db.each(
      "SELECT " CAIRN_TASK_COLUMNS " FROM " CAIRN_TASK_TABLES
      " WHERE t.status = 1 AND t.lease_until <= ? AND t.attempts >= ?",
      [&](Row row) { exhausted.push_back(read_task(row)); }, context.now, max_attempts));
  for (const Task& task : exhausted) {
    const std::string error = "the worker stopped without a word " + std::to_string(task.attempts) + " times" +
                              (task.error.empty() ? "" : "; the last error was: " + task.error);
    CAIRN_CHECK(end_as_failed(context, task, error));
  }
  return {};
}

/// A task that may be claimed, in the order of claiming.
struct Claimable {
  std::int64_t priority = 0, key = 0;
  auto operator<=>(const Claimable&) const = default;
};

/// Adds the first `limit` queued and the abandoned tasks of a type, each found by an index: the tasks of other types,
/// of which there may be a hundred thousand, cost nothing.
Result<void> add_claimable(const WriteContext& context, const std::string& type, std::size_t limit,
                           std::vector<Claimable>& found) {
  const auto add = [&](Row row) {
    const auto priority = row.integer();
    found.push_back({priority, row.integer()});
  };
  CAIRN_CHECK(context.db.each(
      "SELECT priority, key FROM tasks WHERE status = 0 AND type = ? AND (not_before IS NULL OR not_before <= ?) "
      "ORDER BY priority, key LIMIT ?",
      add, type, context.now, limit));
  return context.db.each("SELECT priority, key FROM tasks WHERE status = 1 AND lease_until <= ? AND type = ?", add,
                         context.now, type);
}

Result<std::vector<std::string>> active_types(const WriteContext& context) {
  std::vector<std::string> types;
  CAIRN_CHECK(context.db.each("SELECT DISTINCT type FROM tasks WHERE status < 2",
                              [&](Row row) { types.push_back(row.text()); }));
  return types;
}

Result<std::vector<std::int64_t>> find_claimable(const WriteContext& context, const ClaimRequest& request) {
  std::vector<std::string> types = request.types;
  if (types.empty()) { CAIRN_TRY(types, active_types(context)); }
  std::vector<Claimable> found;
  for (const std::string& type : types) CAIRN_CHECK(add_claimable(context, type, request.limit, found));
  std::ranges::sort(found);
  const auto repeated = std::ranges::unique(found);  // A type may be asked for twice.
  found.erase(repeated.begin(), repeated.end());
  std::vector<std::int64_t> keys;
  for (const Claimable& claimable : found | std::views::take(request.limit)) keys.push_back(claimable.key);
  return keys;
}

Result<Task> lend(const WriteContext& context, const ClaimRequest& request, std::int64_t key) {
  CAIRN_CHECK(
      context.db.run("UPDATE tasks SET status = 1, attempts = attempts + 1, epoch = epoch + 1, node = ?, progress = 0, "
                     "started_at = ?, lease_until = ?, not_before = NULL WHERE key = ?",
                     request.node.value(), context.now, context.now + request.lease, key));
  CAIRN_TRY(auto task, context.db.first("SELECT " CAIRN_TASK_COLUMNS " FROM " CAIRN_TASK_TABLES " WHERE t.key = ?",
                                        read_task, key));
  if (!task) return fail(ErrorKind::internal, "a task vanished while it was claimed");
  return *std::move(task);
}

}  // namespace

Result<std::vector<Task>> claim(const WriteContext& context, const ClaimRequest& request) {
  CAIRN_CHECK(fail_exhausted(context));
  CAIRN_TRY(const auto keys, find_claimable(context, request));
  std::vector<Task> claimed;
  claimed.reserve(keys.size());
  for (const std::int64_t key : keys) {
    CAIRN_TRY(Task task, lend(context, request, key));
    claimed.push_back(std::move(task));
  }
  return claimed;
}

Result<std::vector<TaskId>> renew(const WriteContext& context, const std::vector<TaskProgress>& progress,
                                  std::chrono::milliseconds lease) {
  std::vector<TaskId> lost;
  for (const TaskProgress& report : progress) {
    CAIRN_TRY(const auto held,
              context.db.run("UPDATE tasks SET lease_until = ?, progress = ? WHERE id = ? AND status = 1 AND epoch = ?",
                             context.now + lease, report.progress, stored(report.lease.task), report.lease.epoch));
    if (held == 0) {
      lost.push_back(report.lease.task);
      continue;
    }
    if (!report.document_status) continue;
    CAIRN_CHECK(
        context.db.run("UPDATE documents SET status = ?, progress = ?, updated_at = ? FROM tasks t WHERE t.id = ? "
                       "AND documents.id = t.document AND documents.version = t.document_version",
                       *report.document_status, report.progress, context.now, stored(report.lease.task)));
  }
  return lost;
}

Result<void> fail_task(const WriteContext& context, const Lease& lease, const std::string& error,
                       std::optional<std::chrono::milliseconds> retry_after) {
  CAIRN_TRY(const auto task, find_leased_task(context.db, lease));
  if (!task) return {};
  if (!retry_after || task->attempts >= max_attempts) return end_as_failed(context, *task, error);
  CAIRN_CHECK(context.db.run(
      "UPDATE tasks SET status = ?, error = ?, progress = 0, lease_until = NULL, not_before = ? WHERE id = ?",
      TaskStatus::queued, error, context.now + *retry_after, stored(task->id)));
  return queue_document_again(context, *task);
}

Result<void> release(const WriteContext& context, const std::vector<Lease>& leases) {
  for (const Lease& lease : leases) {
    CAIRN_TRY(const auto task, find_leased_task(context.db, lease));
    if (!task) continue;
    CAIRN_CHECK(context.db.run(
        "UPDATE tasks SET status = ?, attempts = attempts - 1, progress = 0, lease_until = NULL WHERE id = ?",
        TaskStatus::queued, stored(task->id)));
    CAIRN_CHECK(queue_document_again(context, *task));
  }
  return {};
}

}  // namespace cairn::sqlite
