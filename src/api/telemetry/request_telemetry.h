#pragma once

#include <cstdint>

#include "api/http/message.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/trace.h"

namespace cairn::telemetry {

/// Watches HTTP requests: each gets a trace (that goes on from the caller's `traceparent`), which ends in `sink`, and a
/// line in the log. The line has the path but neither query string nor body, because questions are nobody's business.
/// Any thread; never blocks.
class RequestTelemetry {
 public:
  /// All must outlive this.
  RequestTelemetry(const Clock& clock, Log& log, TraceSink& sink, MetricRegistry& registry);

  /// As soon as the route is known; see routes::ApplicationOptions::on_begun.
  void begun(http::Request& request);

  /// After the last byte; see http::Application::ended. Also for requests that never begun() saw.
  void ended(const http::Request& request, int status, std::uint64_t bytes_in, std::uint64_t bytes_out);

 private:
  const Clock& clock_;
  Log& log_;
  TraceSink& sink_;
  Gauge& in_flight_;
};

}  // namespace cairn::telemetry
