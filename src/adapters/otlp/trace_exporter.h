#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "adapters/otlp/trace_json.h"
#include "base/cancel.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/trace.h"
#include "ports/http_client.h"

namespace cairn {

struct TraceExporterOptions {
  std::string endpoint;                                      ///< Of the collector, such as http://127.0.0.1:4318
  std::vector<std::pair<std::string, std::string>> headers;  ///< Sent along, such as a credential. Never logged.
  TraceResource resource;

  double ratio = 0.1;                     ///< Of the traces that are neither slow nor failed; 0 to 1.
  std::chrono::milliseconds slow{1'000};  ///< Traces that took so long are always sent.

  std::size_t max_queued = 2'048;  ///< Traces. What comes when it is full is dropped and counted.
  std::size_t batch_traces = 128;
  std::chrono::milliseconds batch_age{2'000};       ///< How long a trace may wait for others.
  std::chrono::milliseconds first_retry{500};       ///< Doubled each time,
  std::chrono::milliseconds longest_retry{30'000};  ///< up to this.
  int attempts = 6;                                 ///< Then a batch is dropped and counted.
  std::chrono::milliseconds farewell{2'000};        ///< What is queued at the end may take so long.
};

/// Sends ended traces to an OpenTelemetry collector. ended() only puts a trace into a bounded queue; whatever the
/// collector does, requests never wait for it. Which traces are sent is decided when they are over: slow and failed
/// ones always, those that a caller has sampled, and a share of the others that follows from the trace's id, so that
/// processes decide alike.
class TraceExporter final : public TraceSink {
 public:
  /// `log` and `registry` must outlive this. Logs when the collector stops taking traces, and when it does so again.
  TraceExporter(TraceExporterOptions options, std::unique_ptr<HttpClient> client, Log& log, MetricRegistry& registry);
  ~TraceExporter() override;
  TraceExporter(const TraceExporter&) = delete;
  TraceExporter& operator=(const TraceExporter&) = delete;

  void ended(const std::shared_ptr<const EndedTrace>& trace) override;

  bool wants(const EndedTrace& trace) const;

 private:
  using Batch = std::vector<std::shared_ptr<const EndedTrace>>;
  enum class Sent { yes, refused, not_yet };

  void run();
  Batch next_batch();
  void deliver(const Batch& batch);
  Sent send(const std::string& body);
  void note_failure(const std::string& why);
  void note_success();
  bool pause(std::chrono::milliseconds time);
  void drop(std::string_view reason, std::size_t traces);

  const TraceExporterOptions options_;
  const std::unique_ptr<HttpClient> client_;
  Log& log_;
  Counter& exported_;
  Family<Counter>& dropped_;
  Counter& failures_;
  CancelToken stop_;      ///< Ends a request under way.
  bool failing_ = false;  ///< Of the exporter's thread.
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::shared_ptr<const EndedTrace>> queue_;  // Guarded by mutex_.
  bool ending_ = false;                                  // Guarded by mutex_.
  bool done_ = false;                                    // Guarded by mutex_.
  std::thread thread_;
};

}  // namespace cairn
