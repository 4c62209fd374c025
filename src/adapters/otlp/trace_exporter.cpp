#include "adapters/otlp/trace_exporter.h"

#include <algorithm>

namespace cairn {
namespace {

/// Where in 0..1 a trace stands by its id alone. The last bytes are random also where the first tell the time.
double position_of(const TraceId& id) {
  std::uint64_t number = 0;
  for (std::size_t i = 8; i < id.size(); ++i) number = number << 8 | std::to_integer<std::uint64_t>(id[i]);
  return static_cast<double>(number >> 11) * 0x1p-53;
}

/// As the protocol says: these may pass, all other refusals will not.
bool may_pass(int status) { return status == 429 || status == 502 || status == 503 || status == 504; }

HttpCall call_with(const TraceExporterOptions& options, std::string body) {
  HttpCall call;
  call.method = "POST";
  call.url = options.endpoint + (options.endpoint.ends_with('/') ? "v1/traces" : "/v1/traces");
  call.headers = options.headers;
  call.headers.emplace_back("Content-Type", "application/json");
  call.body = std::move(body);
  call.idle_timeout = std::chrono::seconds(10);
  return call;
}

bool is_stream(const EndedTrace& trace) { return trace.attribute("stream") != nullptr; }

}  // namespace

TraceExporter::TraceExporter(TraceExporterOptions options, std::unique_ptr<HttpClient> client, Log& log,
                             MetricRegistry& registry)
    : options_(std::move(options)),
      client_(std::move(client)),
      log_(log),
      exported_(registry.counter("cairn_traces_exported_total", "Traces that the collector took.")),
      dropped_(registry.counters("cairn_traces_dropped_total", "Traces that were to be sent and were not, by reason.",
                                 {"reason"}, 8)),
      failures_(registry.counter("cairn_trace_export_failures_total", "Attempts to send traces that failed.")),
      thread_([this] { run(); }) {}

TraceExporter::~TraceExporter() {
  {
    std::unique_lock lock(mutex_);
    ending_ = true;
    changed_.notify_all();
    if (!changed_.wait_for(lock, options_.farewell, [this] { return done_; })) stop_.cancel();
  }
  thread_.join();
}

bool TraceExporter::wants(const EndedTrace& trace) const {
  if (trace.failed() || (trace.duration() >= options_.slow && !is_stream(trace))) return true;
  if (trace.parent_span != 0 && trace.context.sampled) return true;
  return position_of(trace.context.trace) < options_.ratio;
}

void TraceExporter::ended(const std::shared_ptr<const EndedTrace>& trace) {
  if (!wants(*trace)) return;
  {
    const std::lock_guard lock(mutex_);
    if (queue_.size() < options_.max_queued) {
      queue_.push_back(trace);
      if (queue_.size() == 1 || queue_.size() == options_.batch_traces) changed_.notify_all();
      return;
    }
  }
  drop("queue_full", 1);
}

void TraceExporter::drop(std::string_view reason, std::size_t traces) { dropped_.with({reason}).add(traces); }

void TraceExporter::run() {
  for (Batch batch = next_batch(); !batch.empty(); batch = next_batch()) deliver(batch);
  const std::lock_guard lock(mutex_);
  done_ = true;
  changed_.notify_all();
}

/// Empty: it is over.
TraceExporter::Batch TraceExporter::next_batch() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return ending_ || !queue_.empty(); });
  changed_.wait_for(lock, options_.batch_age, [this] { return ending_ || queue_.size() >= options_.batch_traces; });
  const auto count = static_cast<std::ptrdiff_t>(std::min(queue_.size(), options_.batch_traces));
  Batch batch(queue_.begin(), queue_.begin() + count);
  queue_.erase(queue_.begin(), queue_.begin() + count);
  return batch;
}

void TraceExporter::deliver(const Batch& batch) {
  const std::string body = traces_as_otlp(options_.resource, batch);
  std::chrono::milliseconds delay = options_.first_retry;
  for (int attempt = 1;; ++attempt) {
    const Sent sent = send(body);
    if (sent == Sent::yes) return exported_.add(batch.size());
    if (sent == Sent::refused) return drop("refused", batch.size());
    if (attempt == options_.attempts || !pause(delay)) return drop("gave_up", batch.size());
    delay = std::min(2 * delay, options_.longest_retry);
  }
}

TraceExporter::Sent TraceExporter::send(const std::string& body) {
  const auto answer = client_->send(call_with(options_, body), stop_);
  if (!answer) {
    note_failure(answer.error().message);
    return answer.error().kind == ErrorKind::unavailable ? Sent::not_yet : Sent::refused;
  }
  if (answer->status >= 200 && answer->status < 300) {
    note_success();
    return Sent::yes;
  }
  note_failure("status " + std::to_string(answer->status));
  return may_pass(answer->status) ? Sent::not_yet : Sent::refused;
}

/// Once, however long it lasts.
void TraceExporter::note_failure(const std::string& why) {
  failures_.add();
  if (!std::exchange(failing_, true))
    log_.warning("the trace collector takes no traces", {{"endpoint", options_.endpoint}, {"error", why}});
}

void TraceExporter::note_success() {
  if (std::exchange(failing_, false)) log_.info("the trace collector takes traces again", {});
}

/// False when it is time to give up.
bool TraceExporter::pause(std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  return !changed_.wait_for(lock, time, [this] { return ending_; });
}

}  // namespace cairn
