#pragma once

#include <functional>
#include <vector>

#include "api/routes/route.h"
#include "domain/node.h"
#include "ports/scaling_store.h"

namespace cairn::routes {

/// What the routes about autoscaling tell and change.
struct ScalingSource {
  bool shared = false;  ///< Whether other nodes may be on the same store.
  std::function<Result<std::vector<Node>>()> look;
  ScalingStore* store = nullptr;  ///< Null: there is nothing to scale. Must outlive the table.
};

/// GET /v1/autoscaling, and POST scale-up and scale-down beneath it.
void add_autoscaling(RouteTable& table, const ScalingSource& source);

}  // namespace cairn::routes
