#pragma once

#include <string>

#include "api/json/schema.h"
#include "api/routes/route.h"

namespace cairn::routes {

/// The OpenAPI 3.1 document of a table: every route with its parameters, bodies, replies, problems and scope.
Json open_api(const RouteTable& table, const std::string& version);

/// GET /openapi.json. The table must outlive the route; routes that are added later are described too.
void add_open_api(RouteTable& table, std::string version);

}  // namespace cairn::routes
