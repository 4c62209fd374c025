#pragma once

#include "base/metrics.h"
#include "ports/scaling_store.h"

namespace cairn::telemetry {

/// How many nodes are wanted, where one decides that. `store` must outlive the registry's readers.
void add_scaling_metrics(MetricRegistry& registry, const ScalingStore& store);

}  // namespace cairn::telemetry
