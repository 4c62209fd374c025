#pragma once

#include <string>

#include "api/routes/route.h"
#include "app/search.h"

namespace cairn::routes {

/// What nodes ask of each other: to search some segments. Only who shows `secret` (not empty) is let in. `searcher`
/// must outlive the table.
void add_peers(RouteTable& table, const Searcher& searcher, std::string secret);

}  // namespace cairn::routes
