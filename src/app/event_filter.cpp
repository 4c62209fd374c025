#include "app/event_filter.h"

#include <algorithm>

#include "app/task_requester.h"
#include "domain/access.h"

namespace cairn {
namespace {

template <class T>
bool holds(const std::vector<T>& list, const T& wanted) {
  return std::ranges::find(list, wanted) != list.end();
}

}  // namespace

bool matches(const EventFilter& filter, const Change& change) {
  const bool is_task = change.kind == ChangeKind::task;
  if (is_task ? !filter.tasks : !filter.documents) return false;
  if (!filter.collection.empty() && change.collection != filter.collection) return false;
  if (filter.task_ids.empty() && filter.document_ids.empty()) return true;
  // With its collection everything that is asked for may be gone.
  if (change.kind == ChangeKind::removed_collection) return true;
  if (is_task && holds(filter.task_ids, change.task->id)) return true;
  return !change.document_id.empty() && holds(filter.document_ids, change.document_id);
}

bool may_see(const Principal& principal, const Change& change) {
  if (principal.tenant != change.tenant) return false;
  if (principal.is_owner || change.kind == ChangeKind::removed_collection) return true;
  if (change.task && asked_for(principal, *change.task)) return true;
  if (change.task && change.document_id.empty()) return false;
  return change.acl_is_known && may_see(principal, change.acl);
}

}  // namespace cairn
