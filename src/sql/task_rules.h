#pragma once

#include <string>
#include <vector>

#include "ports/catalog.h"
#include "sql/write_context.h"

namespace cairn::sql {

/// A queued or running task of a document.
struct ActiveTask {
  TaskId id;
  std::string type;
  std::uint32_t document_version = 0;
};

Result<std::vector<ActiveTask>> active_tasks(Connection& db, const DocumentId& document);

/// Inserts `task` as queued; fills in id and created_at. `collection` is the row's key, 0 for none.
Result<Task> insert_task(const WriteContext& context, Task task, std::int64_t collection);

/// Marks queued or running tasks of a document cancelled and leaves the document to the caller.
Result<void> cancel_active_tasks(const WriteContext& context, const DocumentId& document, const std::string& reason);

// What an attempt's end means for the task's document. Only the version that the task is about is touched, and a
// `delete` task never changes its document.
Result<void> queue_document_again(const WriteContext& context, const Task& task);
Result<void> fail_document(const WriteContext& context, const Task& task, const std::string& error);
Result<void> cancel_document(const WriteContext& context, const Task& task);

}  // namespace cairn::sql
