#pragma once

#include "api/routes/route.h"
#include "api/routes/services.h"

namespace cairn::routes {

/// POST /v1/collections/{name}/documents, as files or as JSON.
void add_uploads(RouteTable& table, const Services& services);

}  // namespace cairn::routes
