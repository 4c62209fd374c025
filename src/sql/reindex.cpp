#include "sql/reindex.h"

#include <vector>

#include "sql/collections.h"
#include "sql/documents.h"
#include "sql/rows.h"
#include "sql/task_rules.h"

namespace cairn::sql {
namespace {

struct Candidate {
  DocumentId id;
  std::string external_id;
  std::uint32_t version = 0, indexed_version = 0;
};

Result<std::vector<Candidate>> read_candidates(Connection& db, std::int64_t collection, const ReindexRange& range) {
  std::vector<Candidate> found;
  const auto add = [&](Row row) {
    Candidate candidate;
    candidate.id = to_document_id(row.binary());
    candidate.external_id = row.text();
    candidate.version = row.as<std::uint32_t>();
    candidate.indexed_version = row.as<std::uint32_t>();
    found.push_back(std::move(candidate));
  };
  CAIRN_CHECK(
      db.each("SELECT id, external_id, version, indexed_version FROM documents WHERE collection = ? AND "
              "external_id > ? ORDER BY external_id LIMIT ?",
              add, collection, range.after, range.limit));
  return found;
}

/// A parent that was interrupted goes through its documents again.
Result<bool> has_child(Connection& db, const TaskId& parent, const DocumentId& document) {
  if (parent.empty()) return false;
  CAIRN_TRY(const auto child, db.first(
                                  "SELECT 1 FROM tasks WHERE parent = ? AND document = ?",
                                  [](Row row) { return row.integer(); }, stored(parent), stored(document)));
  return child.has_value();
}

/// A parent that was cancelled queues no more; one that nobody knows (any more) does.
Result<void> check_parent(Connection& db, const TaskId& parent) {
  if (parent.empty()) return {};
  CAIRN_TRY(
      const auto status,
      db.first("SELECT status FROM tasks WHERE id = ?", [](Row row) { return row.as<TaskStatus>(); }, stored(parent)));
  if (status != TaskStatus::cancelled) return {};
  return fail(ErrorKind::cancelled, "task " + parent.value() + " was cancelled");
}

/// A version that is found now stays until the next is; one that never was is tried again.
Result<void> queue(const WriteContext& context, const Collection& collection, std::int64_t key,
                   const ReindexRange& range, const Candidate& candidate) {
  Task task;
  task.tenant = collection.tenant;
  task.type = "ingest";
  task.priority = range.priority;
  task.document = candidate.id;
  task.document_version = candidate.version + (candidate.indexed_version == candidate.version ? 1 : 0);
  task.parent = range.parent;
  CAIRN_CHECK(context.db.post(
      "UPDATE documents SET version = ?, status = ?, progress = 0, error = '', updated_at = ?, change = next_change() "
      "WHERE id = ?",
      task.document_version, DocumentStatus::queued, context.now, stored(candidate.id)));
  CAIRN_CHECK(insert_task(context, std::move(task), key));
  return {};
}

}  // namespace

Result<ReindexStep> queue_reindex(const WriteContext& context, const ReindexRange& range) {
  CAIRN_CHECK(check_priority(range.priority));
  CAIRN_CHECK(check_parent(context.db, range.parent));
  CAIRN_TRY(const auto key, collection_key(context.db, range.collection));
  CAIRN_TRY(const Collection collection, find_collection(context.db, range.collection));
  CAIRN_TRY(const auto candidates, read_candidates(context.db, key, range));
  ReindexStep step;
  for (const Candidate& candidate : candidates) {
    step.last = candidate.external_id;
    CAIRN_TRY(const auto active, active_tasks(context.db, candidate.id));
    if (!active.empty()) continue;
    CAIRN_TRY(const bool queued_before, has_child(context.db, range.parent, candidate.id));
    if (queued_before) continue;
    CAIRN_CHECK(queue(context, collection, key, range, candidate));
    ++step.queued;
  }
  return step;
}

}  // namespace cairn::sql
