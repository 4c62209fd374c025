#pragma once

#include <memory>
#include <span>
#include <string>

#include "base/trace.h"

namespace cairn {

/// Who sends, as every trace says it.
struct TraceResource {
  std::string service = "cairn";
  std::string version;
  std::string instance;  ///< Tells processes of one service apart.
};

/// The body of a POST to /v1/traces: an ExportTraceServiceRequest in OTLP's JSON encoding (opentelemetry-proto 1.0:
/// ids in hexadecimal, 64-bit numbers as text). Attributes of requests have the names that OpenTelemetry gives them,
/// all others begin with "cairn.".
std::string traces_as_otlp(const TraceResource& resource, std::span<const std::shared_ptr<const EndedTrace>> traces);

}  // namespace cairn
