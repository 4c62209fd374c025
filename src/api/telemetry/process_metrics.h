#pragma once

#include <string>

#include "base/metrics.h"

namespace cairn::telemetry {

/// What the system knows about this process (Linux: /proc/self), under the names that Prometheus' own client libraries
/// use, and cairn_build_info. `registry` keeps a function that lives as long as it does.
void add_process_metrics(MetricRegistry& registry, const std::string& version);

}  // namespace cairn::telemetry
