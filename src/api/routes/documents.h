#pragma once

#include "api/routes/route.h"
#include "api/routes/services.h"

namespace cairn::routes {

/// Lists of documents, and everything below /v1/documents/{id}.
void add_documents(RouteTable& table, const Services& services);

}  // namespace cairn::routes
