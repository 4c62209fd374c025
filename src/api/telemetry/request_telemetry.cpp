#include "api/telemetry/request_telemetry.h"

#include <algorithm>
#include <array>
#include <memory>
#include <string>

namespace cairn::telemetry {
namespace {

constexpr std::string_view no_route = "none";

/// Methods are the client's word; those that are none of HTTP's would fill the label with anything.
std::string_view known_method(std::string_view method) {
  static constexpr std::array<std::string_view, 7> known{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};
  return std::ranges::find(known, method) == known.end() ? "other" : method;
}

/// Probes and scrapes come every few seconds for ever.
bool is_routine(std::string_view route) { return route == "/healthz" || route == "/readyz" || route == "/metrics"; }

std::shared_ptr<Trace> begin_trace(const http::Request& request, const Clock& clock) {
  const std::string_view route = request.route.empty() ? no_route : std::string_view(request.route);
  const std::string_view method = known_method(request.method);
  TraceOptions options{.caller = parse_traceparent(request.headers.get("traceparent"))};
  if (request.received.count() > 0) options.started = request.received;
  auto trace = std::make_shared<Trace>(std::string(method).append(" ").append(route), clock, options);
  trace->set("method", std::string(method));
  trace->set("route", std::string(route));
  trace->set("request_id", request.id);
  if (route == "/v1/events") trace->set("stream", true);
  return trace;
}

/// What a client asks for that nobody has is no trouble of ours.
LogLevel level_of(int status, std::string_view route) {
  const bool is_ours = status >= 500 && status != 501 && status != 505;
  if (is_ours) return LogLevel::error;
  return is_routine(route) ? LogLevel::debug : LogLevel::info;
}

}  // namespace

RequestTelemetry::RequestTelemetry(const Clock& clock, Log& log, TraceSink& sink, MetricRegistry& registry)
    : clock_(clock),
      log_(log),
      sink_(sink),
      in_flight_(registry.gauge("cairn_http_requests_in_flight", "Requests that have begun and not ended.")) {}

void RequestTelemetry::begun(http::Request& request) {
  request.trace = begin_trace(request, clock_);
  in_flight_.add(1);
}

void RequestTelemetry::ended(const http::Request& request, int status, std::uint64_t bytes_in,
                             std::uint64_t bytes_out) {
  if (request.trace) in_flight_.add(-1);
  const auto trace = request.trace ? request.trace : begin_trace(request, clock_);
  trace->set("status", static_cast<std::int64_t>(status));
  trace->set("bytes_in", static_cast<std::int64_t>(bytes_in));
  trace->set("bytes_out", static_cast<std::int64_t>(bytes_out));
  if (!request.caller.empty()) trace->set("caller", request.caller);
  if (!request.tenant.empty()) trace->set("tenant", request.tenant);
  const auto ended = trace->end();
  sink_.ended(ended);
  const LogLevel level = level_of(status, request.route);
  if (!log_.enabled(level)) return;
  const double took = std::chrono::duration<double, std::milli>(ended->duration()).count();
  const std::string trace_id = trace->id();
  const LogField fields[] = {{"request_id", request.id}, {"trace_id", trace_id},     {"method", request.method},
                             {"route", request.route},   {"path", request.path},     {"status", status},
                             {"duration_ms", took},      {"bytes_in", bytes_in},     {"bytes_out", bytes_out},
                             {"peer", request.peer},     {"caller", request.caller}, {"tenant", request.tenant}};
  log_.write(level, status == 0 ? "client went away" : "request", fields);
}

}  // namespace cairn::telemetry
