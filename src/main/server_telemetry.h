#pragma once

#include <memory>
#include <optional>
#include <string>

#include "adapters/otlp/trace_exporter.h"
#include "api/telemetry/request_telemetry.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/trace_log.h"
#include "base/trace_metrics.h"
#include "main/configuration.h"

namespace cairn {

/// What a server tells about itself, built as it is configured: the log, the metrics, and where traces go when they
/// end. Outlives everything that it is handed to.
class ServerTelemetry {
 public:
  /// `clock` must outlive it. Errors: `invalid` for a setting that makes no sense.
  static Result<std::unique_ptr<ServerTelemetry>> make(const Configuration& configuration, const Clock& clock,
                                                       const std::string& version);

  Log& log() { return log_; }
  MetricRegistry& metrics() { return metrics_; }
  telemetry::RequestTelemetry& requests() { return requests_; }

  /// Where everything that is no request hands its ended traces, such as WorkerEvents::traces.
  TraceSink& traces() { return sinks_; }

 private:
  struct Settings {
    LogOptions log;
    TraceLog::Limits limits;
    std::optional<TraceExporterOptions> exporter;
  };
  static Result<Settings> settings_of(const Configuration& configuration, const std::string& version);

  ServerTelemetry(Settings settings, const Clock& clock, const std::string& version);
  std::vector<TraceSink*> all_sinks();

  Log log_;
  MetricRegistry metrics_;
  TraceMetrics trace_metrics_;
  TraceLog trace_log_;
  std::unique_ptr<TraceExporter> exporter_;  ///< Null: traces are not sent anywhere.
  TraceSinks sinks_;
  telemetry::RequestTelemetry requests_;
};

}  // namespace cairn
