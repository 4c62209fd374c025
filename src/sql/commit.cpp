#include "sql/commit.h"

#include <map>
#include <set>

#include "sql/changes.h"
#include "sql/manifests.h"
#include "sql/rows.h"
#include "sql/task_rules.h"
#include "sql/tasks.h"

namespace cairn::sql {
namespace {

/// One commit on its way in, with the tasks that it completes.
struct Attempt {
  const WriteContext& context;
  const Commit& commit;
  std::vector<Task> completed;                           // In the order of commit.completions.
  std::map<DocumentId, std::uint32_t> deleted_versions;  // What the `delete` tasks among them were asked to delete.
  CommitRefusal refusal;
};

Result<void> check_form(const Commit& commit) {
  std::set<CollectionId> edited;
  for (const ManifestEdit& edit : commit.edits)
    if (!edited.insert(edit.collection).second)
      return fail(ErrorKind::invalid, "a commit has at most one edit for each collection");
  std::set<TaskId> completed;
  for (const TaskCompletion& completion : commit.completions) {
    if (completion.status != TaskStatus::succeeded && completion.status != TaskStatus::failed)
      return fail(ErrorKind::invalid, "a completed task has succeeded or failed");
    if (!completed.insert(completion.lease.task).second)
      return fail(ErrorKind::invalid, "a commit completes a task at most once");
  }
  return {};
}

Result<void> check_leases(Attempt& attempt) {
  for (const TaskCompletion& completion : attempt.commit.completions) {
    CAIRN_TRY(auto task, find_leased_task(attempt.context.db, completion.lease));
    if (!task) {
      attempt.refusal.lost_leases.push_back(completion.lease.task);
      continue;
    }
    if (task->type == "delete") attempt.deleted_versions[task->document] = task->document_version;
    attempt.completed.push_back(*std::move(task));
  }
  return {};
}

Result<std::optional<std::uint32_t>> document_version(Connection& db, const DocumentId& id) {
  return db.first(
      "SELECT version FROM documents WHERE id = ?", [](Row row) { return row.as<std::uint32_t>(); }, stored(id));
}

Result<void> check_indexed(Attempt& attempt) {
  for (const IndexedDocument& document : attempt.commit.indexed) {
    CAIRN_TRY(const auto version, document_version(attempt.context.db, document.id));
    if (version != document.version) attempt.refusal.superseded.push_back(document.id);
  }
  return {};
}

/// A document that was registered again since its deletion was asked for must stay. With the delete task in the commit
/// its version tells; without one, a registration shows by its ingest task.
Result<void> check_removed(Attempt& attempt) {
  for (const DocumentId& id : attempt.commit.removed_documents) {
    CAIRN_TRY(const auto version, document_version(attempt.context.db, id));
    bool registered_again = false;
    if (const auto deleted = attempt.deleted_versions.find(id); deleted != attempt.deleted_versions.end()) {
      registered_again = version != deleted->second;
    } else {
      CAIRN_TRY(const auto active, active_tasks(attempt.context.db, id));
      for (const ActiveTask& task : active) registered_again |= task.type == "ingest";
    }
    if (!version || registered_again) attempt.refusal.superseded.push_back(id);
  }
  return {};
}

Result<void> check_manifests(Attempt& attempt) {
  for (const ManifestEdit& edit : attempt.commit.edits) {
    CAIRN_TRY(const auto number, manifest_number(attempt.context.db, edit.collection));
    if (number != edit.base) attempt.refusal.stale_manifests.push_back(edit.collection);
  }
  return {};
}

Result<void> write_indexed(const WriteContext& context, const IndexedDocument& document) {
  CAIRN_CHECK(context.db.post(
      "UPDATE documents SET indexed_version = version, status = ?, progress = 1, error = '', found_title = ?, "
      "found_language = ?, found_media_type = ?, pages = ?, chunks = ?, tokens = ?, updated_at = ?, "
      "change = next_change() WHERE id = ?",
      DocumentStatus::indexed, document.title, document.language, document.media_type, document.pages, document.chunks,
      document.tokens, context.now, stored(document.id)));
  return {};
}

Result<void> write_removed(const WriteContext& context, const DocumentId& id) {
  CAIRN_CHECK(note_removed_document(context, id));
  CAIRN_CHECK(context.db.post("DELETE FROM documents WHERE id = ?", stored(id)));
  return {};
}

Result<void> write_completion(const WriteContext& context, const TaskCompletion& completion, const Task& task) {
  const bool succeeded = completion.status == TaskStatus::succeeded;
  CAIRN_CHECK(context.db.post(
      "UPDATE tasks SET status = ?1, error = ?2, progress = CASE WHEN ?3 <> 0 THEN 1 ELSE progress END, "
      "finished_at = ?4, "
      "lease_until = NULL, stage = '', result = ?6, change = next_change() WHERE id = ?5",
      completion.status, completion.error, succeeded, context.now, stored(task.id),
      completion.result.is_null() ? std::string() : to_text(completion.result)));
  return succeeded ? Result<void>() : fail_document(context, task, completion.error);
}

Result<void> write_all(const Attempt& attempt) {
  const Commit& commit = attempt.commit;
  for (const ManifestEdit& edit : commit.edits) CAIRN_CHECK(apply_edit(attempt.context, edit));
  for (const IndexedDocument& document : commit.indexed) CAIRN_CHECK(write_indexed(attempt.context, document));
  for (const DocumentId& id : commit.removed_documents) CAIRN_CHECK(write_removed(attempt.context, id));
  for (std::size_t i = 0; i < commit.completions.size(); ++i)
    CAIRN_CHECK(write_completion(attempt.context, commit.completions[i], attempt.completed[i]));
  return {};
}

}  // namespace

Result<CommitOutcome> commit(const WriteContext& context, const Commit& wanted) {
  CAIRN_CHECK(check_form(wanted));
  Attempt attempt{.context = context, .commit = wanted, .completed = {}, .deleted_versions = {}, .refusal = {}};
  CAIRN_CHECK(check_leases(attempt));
  CAIRN_CHECK(check_indexed(attempt));
  CAIRN_CHECK(check_removed(attempt));
  CAIRN_CHECK(check_manifests(attempt));
  const CommitRefusal& refusal = attempt.refusal;
  if (!refusal.lost_leases.empty() || !refusal.superseded.empty() || !refusal.stale_manifests.empty())
    return CommitOutcome{.refusal = refusal};
  CAIRN_CHECK(write_all(attempt));
  return CommitOutcome{};
}

}  // namespace cairn::sql
