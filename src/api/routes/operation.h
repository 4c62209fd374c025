#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "api/routes/route.h"
#include "api/routes/services.h"

namespace cairn::routes {

/// One thing that must work for the server to be of use. `run` says what is wrong; it may take some milliseconds.
struct ReadinessCheck {
  std::string name;
  std::function<Result<void>()> run;
};

/// The catalog answers, the blob store takes bytes, an embedding model is there.
std::vector<ReadinessCheck> store_checks(const Services& services);

/// GET /healthz and /readyz.
void add_health(RouteTable& table, std::vector<ReadinessCheck> checks);

/// GET /metrics: `text` gives them in the text format of Prometheus.
void add_metrics(RouteTable& table, std::function<std::string()> text);

}  // namespace cairn::routes
