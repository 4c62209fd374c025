#pragma once

#include <functional>
#include <string>
#include <vector>

#include "api/routes/route.h"
#include "base/clock.h"
#include "domain/ids.h"

namespace cairn::routes {

/// A running process, and what it has. Figures of the machine are null where the system does not tell.
struct NodeFigures {
  NodeId id;
  std::string version;
  std::vector<std::string> roles;
  TimePoint started_at{};
  double cpu_cores = 0;
  std::optional<double> cpu_percent;  ///< Of all cores, by this process, since it was asked last.
  std::uint64_t memory_bytes = 0;     ///< Resident.
  std::optional<std::uint64_t> memory_total_bytes;
  std::optional<std::uint64_t> disk_free_bytes, disk_total_bytes;  ///< Of the disk that the data lies on.
  std::uint64_t segments = 0;                                      ///< That it serves.
};

/// GET /v1/cluster, its nodes, and autoscaling: on one node, the truth about that node. `look` is called for each
/// request.
void add_cluster(RouteTable& table, std::function<Result<NodeFigures>()> look);

}  // namespace cairn::routes
