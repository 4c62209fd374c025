#include "api/telemetry/server_metrics.h"

#include <utility>

namespace cairn::telemetry {

void add_server_metrics(MetricRegistry& registry, std::function<http::Server::Load()> load) {
  registry.on_scrape([load = std::move(load)](MetricWriter& writer) {
    const http::Server::Load now = load();
    const auto gauge = [&](const char* name, const char* help, std::size_t value) {
      writer.single(name, MetricType::gauge, help, static_cast<double>(value));
    };
    gauge("cairn_http_connections", "Open connections.", now.connections);
    gauge("cairn_event_streams", "Event streams that are open.", now.streams);
    gauge("cairn_http_requests_waiting", "Requests that wait for a worker thread.", now.queued);
  });
}

}  // namespace cairn::telemetry
