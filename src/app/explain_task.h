#pragma once

#include <string>

#include "base/clock.h"
#include "domain/principal.h"
#include "domain/task.h"
#include "ports/catalog.h"

namespace cairn {

/// Why a task that has not ended does not move, for a person: it waits for others before it, for its next attempt, for
/// somebody to take over what a silent worker held, or it fails again and again. Empty when there is nothing to say.
/// Errors: those of Catalog.
Result<std::string> waiting_reason(const Catalog& catalog, const Principal& viewer, const Task& task, TimePoint now);

}  // namespace cairn
