#pragma once

#include "api/http/message.h"
#include "api/routes/route.h"

namespace cairn::routes {

/// Query parameters as their schemas say. Errors: `invalid` for an unknown one, one that was sent twice, one that is
/// missing, and one of the wrong type or range.
Result<QueryValues> read_query(const http::Request& request, const Route& route);

/// Errors: `not_found` for a path that names what cannot exist.
Result<void> check_path(const http::Request& request, const Route& route);

}  // namespace cairn::routes
