#pragma once

#include <functional>

#include "api/http/server.h"
#include "base/metrics.h"

namespace cairn::telemetry {

/// Connections, event streams and waiting requests, as http::Server::load() gives them. `load` must stay callable as
/// long as `registry` is read.
void add_server_metrics(MetricRegistry& registry, std::function<http::Server::Load()> load);

}  // namespace cairn::telemetry
