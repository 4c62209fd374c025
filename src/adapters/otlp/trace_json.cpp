#include "adapters/otlp/trace_json.h"

#include <array>
#include <nlohmann/json.hpp>

#include "base/sha256.h"

namespace cairn {
namespace {

using Json = nlohmann::json;

// SpanKind and StatusCode of opentelemetry/proto/trace/v1/trace.proto.
constexpr int kind_internal = 1, kind_server = 2, kind_consumer = 5;
constexpr int status_error = 2;

struct KnownName {
  std::string_view ours, theirs;
};
/// Semantic conventions for HTTP servers, of the root span of a request.
constexpr std::array<KnownName, 5> request_names{{{"method", "http.request.method"},
                                                  {"route", "http.route"},
                                                  {"status", "http.response.status_code"},
                                                  {"bytes_in", "http.request.body.size"},
                                                  {"bytes_out", "http.response.body.size"}}};

std::string name_of(std::string_view key, bool is_request) {
  if (is_request)
    for (const KnownName& known : request_names)
      if (key == known.ours) return std::string(known.theirs);
  return "cairn." + std::string(key);
}

Json value_of(const SpanValue& value) {
  struct Visitor {
    Json operator()(bool held) const { return {{"boolValue", held}}; }
    Json operator()(std::int64_t held) const { return {{"intValue", std::to_string(held)}}; }
    Json operator()(double held) const { return {{"doubleValue", held}}; }
    Json operator()(const std::string& held) const { return {{"stringValue", held}}; }
  };
  return std::visit(Visitor{}, value);
}

Json attribute(std::string key, const SpanValue& value) {
  return {{"key", std::move(key)}, {"value", value_of(value)}};
}

std::string nanoseconds(const EndedTrace& trace, std::chrono::nanoseconds since_start) {
  return std::to_string((trace.started + since_start).count());
}

int kind_of(const EndedTrace& trace, std::size_t span) {
  if (span > 0) return kind_internal;
  return trace.kind == TraceKind::request ? kind_server : kind_consumer;
}

Json span_json(const EndedTrace& trace, std::size_t i) {
  const SpanRecord& span = trace.spans[i];
  Json json = {{"traceId", to_hex(trace.context.trace)},
               {"spanId", span_hex(trace.span_id(i))},
               {"name", trace.name_of(i)},
               {"kind", kind_of(trace, i)},
               {"startTimeUnixNano", nanoseconds(trace, span.start)},
               {"endTimeUnixNano", nanoseconds(trace, span.end)}};
  const std::uint64_t parent = i == 0 ? trace.parent_span : trace.span_id(span.parent);
  if (parent != 0) json["parentSpanId"] = span_hex(parent);
  if (span.error) {
    json["status"] = {{"code", status_error}, {"message", span.error->message}};
    json["attributes"].push_back(attribute("error.type", std::string(to_string(span.error->kind))));
  }
  return json;
}

void add_spans(const EndedTrace& trace, Json& spans) {
  const std::size_t first = spans.size();
  for (std::size_t i = 0; i < trace.spans.size(); ++i) spans.push_back(span_json(trace, i));
  for (const SpanAttribute& held : trace.attributes) {
    const bool of_request = held.span == 0 && trace.kind == TraceKind::request;
    spans[first + held.span]["attributes"].push_back(attribute(name_of(held.key, of_request), held.value));
  }
  if (trace.dropped > 0)
    spans[first]["attributes"].push_back(attribute("cairn.dropped", static_cast<std::int64_t>(trace.dropped)));
}

}  // namespace

std::string traces_as_otlp(const TraceResource& resource, std::span<const std::shared_ptr<const EndedTrace>> traces) {
  Json spans = Json::array();
  for (const auto& trace : traces) add_spans(*trace, spans);
  const Json about = {attribute("service.name", resource.service), attribute("service.version", resource.version),
                      attribute("service.instance.id", resource.instance)};
  const Json scope = {{"scope", {{"name", "cairn"}, {"version", resource.version}}}, {"spans", std::move(spans)}};
  const Json body = {
      {"resourceSpans", {{{"resource", {{"attributes", about}}}, {"scopeSpans", Json::array({scope})}}}}};
  return body.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace cairn
