#include "base/trace_metrics.h"

#include <algorithm>
#include <array>

namespace cairn {
namespace {

double seconds(std::chrono::nanoseconds time) { return std::chrono::duration<double>(time).count(); }

/// Queue waits reach hours; a minute as the last bound would hide them.
constexpr std::array<double, 14> wait_seconds{0.01, 0.05, 0.1, 0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3600, 21'600};

std::string_view text_of(const EndedTrace& trace, std::string_view key, std::uint32_t span = 0) {
  const SpanValue* value = trace.attribute(key, span);
  const auto* text = value == nullptr ? nullptr : std::get_if<std::string>(value);
  return text == nullptr ? "unknown" : std::string_view(*text);
}

std::uint64_t number_of(const EndedTrace& trace, std::string_view key, std::uint32_t span = 0) {
  const SpanValue* value = trace.attribute(key, span);
  const auto* number = value == nullptr ? nullptr : std::get_if<std::int64_t>(value);
  return number == nullptr || *number < 0 ? 0 : static_cast<std::uint64_t>(*number);
}

bool flag_of(const EndedTrace& trace, std::string_view key, std::uint32_t span) {
  const SpanValue* value = trace.attribute(key, span);
  const auto* flag = value == nullptr ? nullptr : std::get_if<bool>(value);
  return flag != nullptr && *flag;
}

bool has_child(const EndedTrace& trace, std::uint32_t parent, std::string_view name) {
  return std::ranges::any_of(trace.spans,
                             [&](const SpanRecord& span) { return span.parent == parent && span.name == name; });
}

/// "2xx", …, or "gone" for a client that went before a reply.
std::string_view status_class(std::uint64_t status) {
  static constexpr std::array<std::string_view, 6> classes{"gone", "1xx", "2xx", "3xx", "4xx", "5xx"};
  return classes[std::min<std::uint64_t>(status / 100, 5)];
}

}  // namespace

TraceMetrics::TraceMetrics(MetricRegistry& registry)
    : requests_(registry.counters("cairn_http_requests_total", "Requests that ended, by route and class of status.",
                                  {"method", "route", "status"}, 1024)),
      request_seconds_(registry.histograms("cairn_http_request_duration_seconds",
                                           "From the head of a request to the last byte of its reply.",
                                           {"method", "route"}, duration_bounds())),
      request_bytes_(registry.counters("cairn_http_request_bytes_total", "Bytes of request bodies.", {"route"})),
      response_bytes_(registry.counters("cairn_http_response_bytes_total", "Bytes of replies.", {"route"})),
      query_stages_(registry.histograms("cairn_query_stage_duration_seconds",
                                        "Time in each stage of a search or an answer.", {"stage"}, duration_bounds())),
      ingest_stages_(registry.histograms("cairn_ingest_stage_duration_seconds",
                                         "Time of a document in each stage of its ingestion.", {"stage"},
                                         duration_bounds())),
      tasks_(registry.counters("cairn_tasks_ended_total", "Tasks that this process worked on, by how that ended.",
                               {"type", "status"})),
      queue_wait_(registry.histograms("cairn_task_queue_wait_seconds", "From when a task could run to when it did.",
                                      {"type"}, wait_seconds)),
      documents_(registry.counter("cairn_ingested_documents_total", "Documents indexed.")),
      chunks_(registry.counter("cairn_ingested_chunks_total", "Chunks indexed.")),
      tokens_(registry.counter("cairn_ingested_tokens_total", "Tokens embedded, of the chunks indexed.")),
      answers_(registry.counters("cairn_answers_total", "Answers, by generator and whether the evidence sufficed.",
                                 {"generator", "outcome"})),
      sentences_(registry.counters("cairn_answer_sentences_total",
                                   "Generated sentences, by whether a quote supports them.", {"supported"}, 4)),
      embedded_queries_(registry.counters("cairn_query_embeddings_total", "Queries embedded, by model and outcome.",
                                          {"model", "outcome"})),
      snapshots_(registry.counters("cairn_snapshot_cache_requests_total",
                                   "Searches by whether the snapshot of their collections was open already.",
                                   {"outcome"}, 4)),
      opened_segments_(
          registry.counter("cairn_segments_opened_total", "Segments opened for a search because they were cold.")) {}

void TraceMetrics::ended(const std::shared_ptr<const EndedTrace>& trace) {
  if (trace->kind == TraceKind::request) count_request(*trace);
  else count_task(*trace);
  count_stages(*trace);
}

void TraceMetrics::count_request(const EndedTrace& trace) {
  const std::string_view method = text_of(trace, "method"), route = text_of(trace, "route");
  requests_.with({method, route, status_class(number_of(trace, "status"))}).add();
  // How long a client keeps an event stream open says nothing about how quick the server is.
  if (trace.attribute("stream") == nullptr) request_seconds_.with({method, route}).observe(seconds(trace.duration()));
  request_bytes_.with({route}).add(number_of(trace, "bytes_in"));
  response_bytes_.with({route}).add(number_of(trace, "bytes_out"));
}

void TraceMetrics::count_task(const EndedTrace& trace) {
  const std::string_view type = text_of(trace, "type"), status = text_of(trace, "status");
  tasks_.with({type, status}).add();
  if (type != "ingest" || status != "succeeded" || trace.attribute("chunks") == nullptr) return;
  documents_.add();
  chunks_.add(number_of(trace, "chunks"));
  tokens_.add(number_of(trace, "tokens"));
}

void TraceMetrics::count_stages(const EndedTrace& trace) {
  for (std::uint32_t i = 1; i < trace.spans.size(); ++i) {
    const SpanRecord& span = trace.spans[i];
    const double took = seconds(span.end - span.start);
    const std::size_t dot = span.name.find('.');
    if (dot == std::string_view::npos) continue;
    const std::string_view group = span.name.substr(0, dot), stage = span.name.substr(dot + 1);
    if (group == "query") query_stages_.with({stage}).observe(took);
    if (group == "ingest") ingest_stages_.with({stage}).observe(took);
    if (span.name == "task.queued") queue_wait_.with({text_of(trace, "type")}).observe(took);
    if (span.name == "query.verify") count_answer(trace, i);
    if (span.name == "query.open_segment") opened_segments_.add();
    if (span.name == "query.snapshot")
      snapshots_.with({has_child(trace, i, "query.load_snapshot") ? "miss" : "hit"}).add();
    if (span.name == "query.embed")
      embedded_queries_.with({text_of(trace, "model", i), span.error ? "failed" : "done"}).add();
  }
}

void TraceMetrics::count_answer(const EndedTrace& trace, std::uint32_t span) {
  answers_.with({text_of(trace, "generator", span), flag_of(trace, "abstained", span) ? "abstained" : "answered"})
      .add();
  sentences_.with({"true"}).add(number_of(trace, "supported", span));
  sentences_.with({"false"}).add(number_of(trace, "unsupported", span));
}

}  // namespace cairn
