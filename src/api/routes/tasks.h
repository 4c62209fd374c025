#pragma once

#include "api/routes/route.h"
#include "api/routes/services.h"

namespace cairn::routes {

/// /v1/tasks, /v1/tasks/summary and /v1/tasks/{id} with what can be done to a task.
void add_tasks(RouteTable& table, const Services& services);

}  // namespace cairn::routes
