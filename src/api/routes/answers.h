#pragma once

#include "api/routes/route.h"
#include "api/routes/services.h"

namespace cairn::routes {

/// POST /v1/answers, at once or as a stream.
void add_answers(RouteTable& table, const Services& services);

}  // namespace cairn::routes
