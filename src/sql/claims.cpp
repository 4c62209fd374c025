#include "sql/claims.h"

#include <algorithm>
#include <unordered_map>

#include "sql/claim_order.h"
#include "sql/each_of.h"
#include "sql/rows.h"
#include "sql/task_rules.h"
#include "sql/tasks.h"

namespace cairn::sql {
namespace {

Result<void> end_as_failed(const WriteContext& context, const Task& task, const std::string& error) {
  CAIRN_CHECK(
      context.db.post("UPDATE tasks SET status = ?, error = ?, finished_at = ?, lease_until = NULL, "
                      "change = next_change() WHERE id = ?",
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

/// Tasks that did not end in the time they were given, queued or running.
Result<void> fail_overdue(const WriteContext& context) {
  std::vector<Task> overdue;
  CAIRN_CHECK(context.db.each(
      "SELECT " CAIRN_TASK_COLUMNS " FROM " CAIRN_TASK_TABLES
      " WHERE t.deadline IS NOT NULL AND t.status < 2 AND t.deadline <= ?",
      [&](Row row) { overdue.push_back(read_task(row)); }, context.now));
  for (const Task& task : overdue) {
    const std::string error = "its deadline passed while it was " + std::string(to_string(task.status)) +
                              (task.error.empty() ? "" : "; the last error was: " + task.error);
    CAIRN_CHECK(end_as_failed(context, task, error));
  }
  return {};
}

Result<void> lend(const WriteContext& context, const ClaimRequest& request, std::int64_t key) {
  return context.db.post(
      "UPDATE tasks SET status = 1, attempts = attempts + 1, epoch = epoch + 1, node = ?, progress = 0, "
      "started_at = ?, lease_until = ?, not_before = NULL, stage = '', "
      "change = next_change() WHERE key = ?",
      request.node.value(), context.now, context.now + request.lease, key);
}

/// In the order of the keys.
Result<std::vector<Task>> read_tasks(Connection& db, const std::vector<std::int64_t>& keys) {
  std::unordered_map<std::int64_t, Task> found;
  const auto add = [&](Row row) {
    const std::int64_t key = row.integer();
    found.emplace(key, read_task(row));
  };
  CAIRN_CHECK(db.each("SELECT t.key, " CAIRN_TASK_COLUMNS " FROM " CAIRN_TASK_TABLES
                      " WHERE t.key IN (SELECT CAST(value AS BIGINT) FROM json_each(?))",
                      add, to_text(nlohmann::json(keys))));
  std::vector<Task> tasks;
  tasks.reserve(keys.size());
  for (const std::int64_t key : keys) {
    if (!found.contains(key)) return fail(ErrorKind::internal, "a task vanished while it was claimed");
    tasks.push_back(std::move(found.at(key)));
  }
  return tasks;
}

/// Of those that run.
Result<std::unordered_map<TaskId, std::uint64_t>> running_epochs(Connection& db, const std::vector<TaskId>& ids) {
  std::unordered_map<TaskId, std::uint64_t> epochs;
  const auto add = [&](Row row) {
    TaskId id = to_task_id(row.binary());
    epochs.emplace(std::move(id), row.as<std::uint64_t>());
  };
  CAIRN_CHECK(each_of<TaskId>(db, "SELECT id, epoch FROM tasks WHERE status = 1 AND id IN " CAIRN_SOME_IDS, ids, add));
  return epochs;
}

}  // namespace

Result<std::vector<Task>> claim(const WriteContext& context, const ClaimRequest& request) {
  CAIRN_CHECK(fail_exhausted(context));
  CAIRN_CHECK(fail_overdue(context));
  CAIRN_TRY(const auto keys, find_claimable(context, request));
  if (keys.empty()) return std::vector<Task>();
  for (const std::int64_t key : keys) CAIRN_CHECK(lend(context, request, key));
  return read_tasks(context.db, keys);
}

Result<std::optional<TimePoint>> next_claimable(Connection& db, const std::vector<std::string>& types) {
  std::optional<TimePoint> next;
  const auto add = [&](Row row) {
    const auto time = row.optional_time();
    if (time && (!next || *time < *next)) next = time;
  };
  for (const std::string& type : types) {
    CAIRN_CHECK(
        db.each("SELECT min(coalesce(not_before, created_at)) FROM tasks WHERE status = 0 AND type = ?", add, type));
    CAIRN_CHECK(db.each("SELECT min(lease_until) FROM tasks WHERE status = 1 AND type = ?", add, type));
    CAIRN_CHECK(
        db.each("SELECT min(deadline) FROM tasks WHERE deadline IS NOT NULL AND status < 2 AND type = ?", add, type));
  }
  return next;
}

Result<std::vector<TaskId>> renew(const WriteContext& context, const std::vector<TaskProgress>& progress,
                                  std::chrono::milliseconds lease) {
  CAIRN_CHECK(fail_overdue(context));
  std::vector<TaskId> ids, lost;
  for (const TaskProgress& report : progress) ids.push_back(report.lease.task);
  CAIRN_TRY(const auto epochs, running_epochs(context.db, ids));
  for (const TaskProgress& report : progress) {
    const auto held = epochs.find(report.lease.task);
    if (held == epochs.end() || held->second != report.lease.epoch) {
      lost.push_back(report.lease.task);
      continue;
    }
    CAIRN_CHECK(context.db.post("UPDATE tasks SET lease_until = ? WHERE id = ?", context.now + lease,
                                stored(report.lease.task)));
    CAIRN_CHECK(
        context.db.post("UPDATE tasks SET progress = ?1, stage = ?2, change = next_change() "
                        "WHERE id = ?3 AND (progress <> ?1 OR stage <> ?2)",
                        report.progress, report.stage, stored(report.lease.task)));
    if (!report.document_status) continue;
    CAIRN_CHECK(
        context.db.post("UPDATE documents SET status = ?1, progress = ?2, updated_at = ?3, change = next_change() "
                        "FROM tasks t WHERE t.id = ?4 AND documents.id = t.document AND documents.version = "
                        "t.document_version AND (documents.status <> ?1 OR documents.progress <> ?2)",
                        *report.document_status, report.progress, context.now, stored(report.lease.task)));
  }
  return lost;
}

Result<void> fail_task(const WriteContext& context, const Lease& lease, const std::string& error,
                       std::optional<std::chrono::milliseconds> retry_after) {
  CAIRN_TRY(const auto task, find_leased_task(context.db, lease));
  if (!task) return {};
  if (!retry_after || task->attempts >= max_attempts) return end_as_failed(context, *task, error);
  CAIRN_CHECK(context.db.post(
      "UPDATE tasks SET status = ?, error = ?, progress = 0, stage = '', lease_until = NULL, not_before = ?, "
      "change = next_change() WHERE id = ?",
      TaskStatus::queued, error, context.now + *retry_after, stored(task->id)));
  return queue_document_again(context, *task);
}

Result<void> release(const WriteContext& context, const std::vector<Lease>& leases) {
  std::vector<TaskId> ids;
  for (const Lease& lease : leases) ids.push_back(lease.task);
  CAIRN_TRY(const auto running, running_tasks(context.db, ids));
  for (const Lease& lease : leases) {
    const auto task = running.find(lease.task);
    if (task == running.end() || task->second.epoch != lease.epoch) continue;
    CAIRN_CHECK(context.db.post(
        "UPDATE tasks SET status = ?, attempts = attempts - 1, progress = 0, stage = '', lease_until = NULL, "
        "change = next_change() WHERE id = ? AND status = 1",
        TaskStatus::queued, stored(lease.task)));
    CAIRN_CHECK(queue_document_again(context, task->second));
  }
  return {};
}

}  // namespace cairn::sql
