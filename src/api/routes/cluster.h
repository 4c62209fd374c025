#pragma once

#include <functional>
#include <string>
#include <vector>

#include "api/routes/route.h"
#include "domain/node.h"
#include "ports/scaling_store.h"

namespace cairn::routes {

/// What the routes about the cluster tell.
struct ClusterSource {
  NodeId self;          ///< The node that answers.
  std::string version;  ///< Of the program.
  bool shared = false;  ///< Whether other nodes may be on the same store.
  std::function<Result<std::vector<Node>>()> look;
  ScalingStore* scaling = nullptr;  ///< Null: there is nothing to scale. Must outlive the table.
};

/// GET /v1/cluster, its nodes, and autoscaling. `source.look` is called for each request.
void add_cluster(RouteTable& table, ClusterSource source);

}  // namespace cairn::routes
