#include "app/submit_task.h"

#include <algorithm>

#include "app/task_requester.h"
#include "app/visible_documents.h"

namespace cairn {
namespace {

constexpr int reindex_priority = 8;
constexpr std::chrono::seconds answer_deadline = std::chrono::minutes(10);
constexpr std::chrono::seconds answer_expiry = std::chrono::hours(24);

Scope needed_scope(const std::string& type) {
  if (type == "answer") return Scope::query;
  if (type == "reindex" || type == "delete") return Scope::ingest;
  return Scope::admin;
}

Result<void> check_order(const Principal& principal, const TaskOrder& order) {
  if (order.type == "ingest")
    return fail(ErrorKind::invalid,
                "documents are ingested by uploading them: POST /v1/collections/{name}/documents queues their tasks");
  if (std::ranges::find(orderable_types(), order.type) == orderable_types().end())
    return fail(ErrorKind::invalid,
                "there is no task type '" + order.type + "': choose answer, reindex, delete, compact or collect");
  const Scope scope = needed_scope(order.type);
  if (!principal.scopes.may(scope))
    return fail(ErrorKind::forbidden, "a task of the type '" + order.type + "' needs the scope '" + to_string(scope) +
                                          "': ask an administrator for it");
  const bool wants_collection = order.type == "reindex" || order.type == "compact";
  if (wants_collection && order.collection.empty())
    return fail(ErrorKind::invalid, "say in payload.collection which collection to " + order.type);
  if (order.type == "delete" && order.document.empty())
    return fail(ErrorKind::invalid, "say in payload.document_id which document to delete");
  return {};
}

Result<Task> submit_deletion(Catalog& catalog, const Principal& principal, const TaskOrder& order) {
  CAIRN_TRY(const Document document, visible_document(catalog, principal, order.document));
  CAIRN_TRY(const TaskId id, catalog.request_deletion(document.id, order.priority.value_or(default_priority)));
  return catalog.task(id);
}

}  // namespace

const std::vector<std::string>& orderable_types() {
  static const std::vector<std::string> types{"answer", "reindex", "delete", "compact", "collect"};
  return types;
}

Result<Task> submit_task(Catalog& catalog, const Clock& clock, const Principal& principal, const TaskOrder& order) {
  CAIRN_CHECK(check_order(principal, order));
  if (order.type == "delete") return submit_deletion(catalog, principal, order);
  const bool is_answer = order.type == "answer";
  Task task;
  task.tenant = principal.tenant;
  task.type = order.type;
  task.priority = order.priority.value_or(order.type == "reindex" ? reindex_priority : default_priority);
  task.payload = order.payload;
  task.requested_by = to_requester(principal);
  if (order.deadline || is_answer) task.deadline = clock.now() + order.deadline.value_or(answer_deadline);
  if (order.expiry || is_answer) task.expires_at = clock.now() + order.expiry.value_or(answer_expiry);
  if (!order.collection.empty()) {
    CAIRN_TRY(const Collection collection, catalog.collection(principal.tenant, order.collection));
    task.collection = collection.id;
  }
  return catalog.enqueue(task);
}

}  // namespace cairn
