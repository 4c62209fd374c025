#include "main/server_telemetry.h"

#include <fmt/format.h>
#include <unistd.h>

#include "adapters/http_client/curl_http_client.h"
#include "api/telemetry/process_metrics.h"
#include "main/host_name.h"

namespace cairn {
namespace {

std::string instance_name() { return fmt::format("{}:{}", host_name(), getpid()); }

Result<LogOptions> log_options(const Configuration& configuration) {
  LogOptions options;
  const auto level = parse_log_level(configuration.text("log.level"));
  if (!level)
    return fail(ErrorKind::invalid, fmt::format("log.level is '{}'; it must be debug, info, warning, error or off",
                                                configuration.text("log.level")));
  options.level = *level;
  const std::string& format = configuration.text("log.format");
  if (format != "json" && format != "text" && format != "auto")
    return fail(ErrorKind::invalid, fmt::format("log.format is '{}'; it must be json, text or auto", format));
  options.json = format == "json" || (format == "auto" && isatty(STDERR_FILENO) == 0);
  options.secrets = configuration.secrets();
  return options;
}

/// name=value,name=value
Result<std::vector<std::pair<std::string, std::string>>> headers_of(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> headers;
  while (!text.empty()) {
    const std::string_view one = text.substr(0, text.find(','));
    text.remove_prefix(std::min(one.size() + 1, text.size()));
    const std::size_t sign = one.find('=');
    if (sign == 0 || sign == std::string_view::npos || one.find_first_of("\r\n") != std::string_view::npos)
      return fail(ErrorKind::invalid, "telemetry.otlp_headers must be like name=value,other=value");
    headers.emplace_back(one.substr(0, sign), one.substr(sign + 1));
  }
  return headers;
}

Result<std::optional<TraceExporterOptions>> exporter_options(const Configuration& configuration,
                                                             const std::string& version) {
  const std::string& endpoint = configuration.text("telemetry.otlp_endpoint");
  if (endpoint.empty()) return std::nullopt;
  if (!endpoint.starts_with("http://") && !endpoint.starts_with("https://"))
    return fail(ErrorKind::invalid,
                "telemetry.otlp_endpoint must be an http or https address, such as http://127.0.0.1:4318");
  const std::int64_t percent = configuration.integer("telemetry.sample_percent");
  if (percent > 100) return fail(ErrorKind::invalid, "telemetry.sample_percent must be from 0 to 100");
  TraceExporterOptions options;
  options.endpoint = endpoint;
  CAIRN_TRY(options.headers, headers_of(configuration.text("telemetry.otlp_headers")));
  options.resource = {.service = "cairn", .version = version, .instance = instance_name()};
  options.ratio = static_cast<double>(percent) / 100;
  options.slow = std::chrono::milliseconds(configuration.integer("telemetry.slow_request_ms"));
  return options;
}

}  // namespace

Result<ServerTelemetry::Settings> ServerTelemetry::settings_of(const Configuration& configuration,
                                                               const std::string& version) {
  Settings settings;
  CAIRN_TRY(settings.log, log_options(configuration));
  settings.limits.slow_request = std::chrono::milliseconds(configuration.integer("telemetry.slow_request_ms"));
  settings.limits.slow_task = std::chrono::seconds(configuration.integer("telemetry.slow_task_seconds"));
  CAIRN_TRY(settings.exporter, exporter_options(configuration, version));
  return settings;
}

Result<std::unique_ptr<ServerTelemetry>> ServerTelemetry::make(const Configuration& configuration, const Clock& clock,
                                                               const std::string& version) {
  CAIRN_TRY(Settings settings, settings_of(configuration, version));
  return std::unique_ptr<ServerTelemetry>(new ServerTelemetry(std::move(settings), clock, version));
}

ServerTelemetry::ServerTelemetry(Settings settings, const Clock& clock, const std::string& version)
    : log_(std::move(settings.log), clock, write_to_stderr),
      trace_metrics_(metrics_),
      trace_log_(log_, settings.limits),
      exporter_(settings.exporter ? std::make_unique<TraceExporter>(std::move(*settings.exporter),
                                                                    make_curl_http_client(), log_, metrics_)
                                  : nullptr),
      sinks_(all_sinks()),
      requests_(clock, log_, sinks_, metrics_) {
  telemetry::add_process_metrics(metrics_, version);
  metrics_.on_scrape([this](MetricWriter& writer) {
    writer.single("cairn_log_events_dropped_total", MetricType::counter, "Events that the log could not write.",
                  static_cast<double>(log_.dropped()));
  });
}

std::vector<TraceSink*> ServerTelemetry::all_sinks() {
  std::vector<TraceSink*> sinks{&trace_metrics_, &trace_log_};
  if (exporter_) sinks.push_back(exporter_.get());
  return sinks;
}

}  // namespace cairn
