#pragma once

#include "api/routes/route.h"
#include "api/routes/services.h"

namespace cairn::routes {

/// POST /v1/search.
void add_search(RouteTable& table, const Services& services);

/// Text that people ask with: not blank, and no longer than a page or two.
Shape<std::string> question_shape();

}  // namespace cairn::routes
