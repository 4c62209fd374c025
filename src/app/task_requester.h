#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "domain/principal.h"
#include "domain/task.h"
#include "ports/catalog.h"

namespace cairn {

/// Who a principal is, for as long as it exists, whatever its groups and scopes are: "key:<id>", "user:<id>", "local".
std::string subject_of(const Principal& principal);

/// What is kept of a principal with the tasks that it asks for: who it is, and what it could see and do at the time.
nlohmann::json to_requester(const Principal& principal);

/// The principal that asked for a task. Empty when Cairn itself queued it.
std::optional<Principal> requester_of(const Task& task);

/// Whether the principal asked for the task.
bool asked_for(const Principal& principal, const Task& task);

/// For lists and counts of tasks; nothing for who sees its whole tenant.
std::optional<TaskViewer> viewer_of(const Principal& principal);

/// A task that the principal may see: one that it asked for, about a document that it may see, or any of its tenant's
/// for who sees all of it. Errors: `not_found`, in the same words whether or not it exists.
Result<Task> visible_task(const Catalog& catalog, const Principal& principal, const TaskId& id);

}  // namespace cairn
