#pragma once

#include "api/json/shape.h"

namespace cairn::routes {

/// The `filter` of searches and questions; see app/parse_filter.h for what it means.
Shape<nlohmann::json> filter_shape();

}  // namespace cairn::routes
