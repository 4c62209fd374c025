#pragma once

#include <string>

#include "base/clock.h"
#include "domain/principal.h"
#include "domain/task.h"
#include "ports/catalog.h"

namespace cairn {

struct TaskViewpoint {
  const Principal& viewer;
  TimePoint now;
  std::string worker_trouble;  ///< Why no worker runs just now; empty: one does.
};

/// Why a task that has not ended does not move, for a person: it waits for others before it, for its next attempt, for
/// somebody to take over what a silent worker held, or nobody works at all. What a running one does just now, where it
/// says so. Empty when there is nothing to say. Errors: those of Catalog.
Result<std::string> waiting_reason(const Catalog& catalog, const Task& task, const TaskViewpoint& from);

}  // namespace cairn
