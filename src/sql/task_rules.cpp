#include "sql/task_rules.h"

#include "sql/rows.h"

namespace cairn::sql {
namespace {

bool moves_document(const Task& task) {
  return !task.document.empty() && task.document_version > 0 && task.type != "delete";
}

}  // namespace

Result<std::vector<ActiveTask>> active_tasks(Connection& db, const DocumentId& document) {
  std::vector<ActiveTask> active;
  const auto read = [&](Row row) {
    ActiveTask task;
    task.id = to_task_id(row.binary());
    task.type = row.text();
    task.document_version = row.as<std::uint32_t>();
    active.push_back(std::move(task));
  };
  CAIRN_CHECK(db.each("SELECT id, type, document_version FROM tasks WHERE document = ? AND status < 2 ORDER BY key",
                      read, stored(document)));
  return active;
}

Result<Task> insert_task(const WriteContext& context, Task task, std::int64_t collection) {
  task.id = context.task_ids.next(context.now);
  task.status = TaskStatus::queued;
  task.created_at = context.now;
  CAIRN_CHECK(context.db.post(
      "INSERT INTO tasks (id, tenant, type, priority, status, collection, document, document_version, "
      "payload, created_at, not_before, deadline, expires_at, parent, requested_by, change) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, next_change())",
      stored(task.id), task.tenant.value(), task.type, task.priority, task.status, key_or_null(collection),
      id_or_null(task.document), task.document_version, to_text(task.payload), task.created_at, task.not_before,
      task.deadline, task.expires_at, id_or_null(task.parent), to_text(task.requested_by)));
  return task;
}

Result<void> cancel_active_tasks(const WriteContext& context, const DocumentId& document, const std::string& reason) {
  CAIRN_CHECK(context.db.post(
      "UPDATE tasks SET status = ?, error = ?, finished_at = ?, lease_until = NULL, change = next_change() "
      "WHERE document = ? AND status < 2",
      TaskStatus::cancelled, reason, context.now, stored(document)));
  return {};
}

Result<void> queue_document_again(const WriteContext& context, const Task& task) {
  if (!moves_document(task)) return {};
  CAIRN_CHECK(context.db.post(
      "UPDATE documents SET status = ?, progress = 0, error = '', updated_at = ?, change = next_change() "
      "WHERE id = ? AND version = ?",
      DocumentStatus::queued, context.now, stored(task.document), task.document_version));
  return {};
}

Result<void> fail_document(const WriteContext& context, const Task& task, const std::string& error) {
  if (!moves_document(task)) return {};
  CAIRN_CHECK(context.db.post(
      "UPDATE documents SET status = ?, progress = 0, error = ?, updated_at = ?, change = next_change() "
      "WHERE id = ? AND version = ?",
      DocumentStatus::failed, error, context.now, stored(task.document), task.document_version));
  return {};
}

Result<void> cancel_document(const WriteContext& context, const Task& task) {
  if (!moves_document(task)) return {};
  CAIRN_CHECK(context.db.post(
      "UPDATE documents SET status = CASE WHEN indexed_version > 0 THEN ?1 ELSE ?2 END, "
      "progress = CASE WHEN indexed_version > 0 THEN 1 ELSE 0 END, "
      "error = 'cancelled', updated_at = ?3, change = next_change() WHERE id = ?4 AND version = ?5",
      DocumentStatus::indexed, DocumentStatus::failed, context.now, stored(task.document), task.document_version));
  return {};
}

}  // namespace cairn::sql
