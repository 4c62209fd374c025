#pragma once

#include "api/routes/route.h"
#include "api/routes/services.h"

namespace cairn::routes {

/// /v1/collections and /v1/collections/{name}.
void add_collections(RouteTable& table, const Services& services);

/// The name of a collection as clients send it.
Shape<std::string> collection_name_shape();

/// The collection that a path names. Errors: `not_found`, with how to create it.
Result<Collection> named_collection(const Services& services, const Call& call);

}  // namespace cairn::routes
