#include "sql/commit.h"

#include <map>
#include <set>

#include "sql/changes.h"
#include "sql/each_of.h"
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
  std::vector<TaskId> ids;
  for (const TaskCompletion& completion : attempt.commit.completions) ids.push_back(completion.lease.task);
  CAIRN_TRY(auto running, running_tasks(attempt.context.db, ids));
  for (const TaskCompletion& completion : attempt.commit.completions) {
    const auto task = running.find(completion.lease.task);
    if (task == running.end() || task->second.epoch != completion.lease.epoch) {
      attempt.refusal.lost_leases.push_back(completion.lease.task);
      continue;
    }
    const Task& mine = task->second;
    if (mine.type == "delete") attempt.deleted_versions[mine.document] = mine.document_version;
    attempt.completed.push_back(std::move(task->second));
  }
  return {};
}

/// The versions of all documents that the commit is about; of those that are there.
Result<std::map<DocumentId, std::uint32_t>> read_versions(const Attempt& attempt) {
  std::vector<DocumentId> ids = attempt.commit.removed_documents;
  for (const IndexedDocument& document : attempt.commit.indexed) ids.push_back(document.id);
  std::map<DocumentId, std::uint32_t> versions;
  const auto add = [&](Row row) {
    DocumentId id = to_document_id(row.binary());
    versions.emplace(std::move(id), row.as<std::uint32_t>());
  };
  CAIRN_CHECK(each_of<DocumentId>(attempt.context.db, "SELECT id, version FROM documents WHERE id IN " CAIRN_SOME_IDS,
                                  ids, add));
  return versions;
}

/// Which of the documents to remove wait to be ingested, or are.
Result<std::set<DocumentId>> read_ingested_again(const Attempt& attempt) {
  std::set<DocumentId> found;
  CAIRN_CHECK(each_of<DocumentId>(
      attempt.context.db,
      "SELECT document FROM tasks WHERE status < 2 AND type = 'ingest' AND document IN " CAIRN_SOME_IDS,
      attempt.commit.removed_documents, [&](Row row) { found.insert(to_document_id(row.binary())); }));
  return found;
}

/// A document that was registered again since its deletion was asked for must stay. With the delete task in the commit
/// its version tells; without one, a registration shows by its ingest task.
Result<void> check_documents(Attempt& attempt) {
  CAIRN_TRY(const auto versions, read_versions(attempt));
  CAIRN_TRY(const auto ingested_again, read_ingested_again(attempt));
  for (const IndexedDocument& document : attempt.commit.indexed) {
    const auto version = versions.find(document.id);
    if (version == versions.end() || version->second != document.version)
      attempt.refusal.superseded.push_back(document.id);
  }
  for (const DocumentId& id : attempt.commit.removed_documents) {
    const auto version = versions.find(id);
    const auto deleted = attempt.deleted_versions.find(id);
    const bool registered_again = deleted == attempt.deleted_versions.end()
                                      ? ingested_again.contains(id)
                                      : version != versions.end() && version->second != deleted->second;
    if (version == versions.end() || registered_again) attempt.refusal.superseded.push_back(id);
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
  CAIRN_CHECK(check_documents(attempt));
  CAIRN_CHECK(check_manifests(attempt));
  const CommitRefusal& refusal = attempt.refusal;
  if (!refusal.lost_leases.empty() || !refusal.superseded.empty() || !refusal.stale_manifests.empty())
    return CommitOutcome{.refusal = refusal};
  CAIRN_CHECK(write_all(attempt));
  return CommitOutcome{};
}

}  // namespace cairn::sql
