#include "base/trace_log.h"

#include <algorithm>

#include "base/sha256.h"

namespace cairn {
namespace {

double milliseconds(std::chrono::nanoseconds time) { return std::chrono::duration<double, std::milli>(time).count(); }

std::chrono::nanoseconds time_queued(const EndedTrace& trace) {
  const auto queued = std::ranges::find(trace.spans, "task.queued", &SpanRecord::name);
  return queued == trace.spans.end() ? std::chrono::nanoseconds(0) : queued->end - queued->start;
}

LogField field(std::string_view key, const SpanValue& value) {
  return std::visit([&](const auto& held) { return LogField(key, held); }, value);
}

const char* message_of(bool is_task, bool slow, bool task_failed) {
  if (task_failed) return "task failed";
  if (slow) return is_task ? "slow task" : "slow request";
  return is_task ? "task ended" : "request traced";
}

const Error* first_error(const EndedTrace& trace) {
  const auto failed = std::ranges::find_if(trace.spans, [](const SpanRecord& span) { return span.error.has_value(); });
  return failed == trace.spans.end() ? nullptr : &*failed->error;
}

}  // namespace

std::vector<std::pair<std::string_view, double>> stage_times(const EndedTrace& trace) {
  std::vector<std::pair<std::string_view, double>> times;
  for (std::size_t i = 1; i < trace.spans.size(); ++i) {
    const SpanRecord& span = trace.spans[i];
    const double took = milliseconds(span.end - span.start);
    const auto known = std::ranges::find(times, span.name, &std::pair<std::string_view, double>::first);
    if (known == times.end()) times.emplace_back(span.name, took);
    else known->second += took;
  }
  return times;
}

void TraceLog::ended(const std::shared_ptr<const EndedTrace>& trace) {
  const bool is_task = trace->kind == TraceKind::task;
  const auto limit = is_task ? limits_.slow_task : limits_.slow_request;
  const bool stays_open = trace->attribute("stream") != nullptr;  // An event stream is long, not slow.
  const bool slow = !stays_open && trace->duration() - time_queued(*trace) >= limit;
  const SpanValue* status = trace->attribute("status");
  const auto* ended_as = status == nullptr ? nullptr : std::get_if<std::string>(status);
  const bool task_failed = is_task && ended_as != nullptr && *ended_as == "failed";
  const LogLevel level = slow || task_failed || trace->failed() ? LogLevel::warning : LogLevel::debug;
  if (!log_.enabled(level)) return;
  const auto times = stage_times(*trace);
  const std::string id = to_hex(trace->context.trace);
  std::vector<LogField> fields{{"trace_id", id},
                               {"operation", trace->name},
                               {"duration_ms", milliseconds(trace->duration())},
                               {"stages_ms", LogTimes(times)}};
  for (const SpanAttribute& attribute : trace->attributes)
    if (attribute.span == 0) fields.push_back(field(attribute.key, attribute.value));
  if (const Error* error = first_error(*trace)) {
    fields.emplace_back("error_kind", to_string(error->kind));
    fields.emplace_back("error", error->message);
  }
  log_.write(level, message_of(is_task, slow, task_failed), fields);
}

}  // namespace cairn
