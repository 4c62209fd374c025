#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "base/metrics.h"
#include "domain/node.h"

namespace cairn::telemetry {

/// How many nodes are in which state, as this one has seen them last. `nodes` must stay callable as long as `registry`
/// is read.
void add_node_metrics(MetricRegistry& registry, std::function<std::shared_ptr<const std::vector<Node>>()> nodes);

}  // namespace cairn::telemetry
