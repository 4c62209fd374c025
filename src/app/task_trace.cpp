#include "app/task_trace.h"

#include <algorithm>

namespace cairn {

std::unique_ptr<Trace> begin_task_trace(const Task& task, const Clock& clock) {
  const TimePoint could_run = std::max(task.created_at, task.not_before.value_or(task.created_at));
  // The wall clock may have jumped since; nothing waits a negative time.
  const std::chrono::nanoseconds waited = std::max(clock.now() - could_run, std::chrono::milliseconds(0));
  const std::chrono::nanoseconds now = clock.monotonic();
  auto trace = std::make_unique<Trace>("task " + task.type, clock,
                                       TraceOptions{.kind = TraceKind::task, .started = now - waited});
  trace->add("task.queued", now - waited, now);
  trace->set("type", task.type);
  trace->set("task_id", task.id.value());
  trace->set("tenant", task.tenant.value());
  trace->set("attempt", static_cast<std::int64_t>(task.attempts));
  if (!task.document.empty()) trace->set("document_id", task.document.value());
  return trace;
}

void end_task_trace(RunningTask& task, TaskStatus status, const std::optional<Error>& error, TraceSink* sink) {
  if (!task.trace || sink == nullptr) return;
  task.trace->set("status", std::string(to_string(status)));
  if (error) task.trace->fail(*error);
  sink->ended(task.trace->end());
}

void end_task_trace(RunningTask& task, const TaskOutcome& outcome, TraceSink* sink) {
  if (task.trace && outcome.chunks > 0) {
    task.trace->set("chunks", static_cast<std::int64_t>(outcome.chunks));
    task.trace->set("tokens", static_cast<std::int64_t>(outcome.tokens));
  }
  // What fails a single document of a batch lies in the document: nothing of ours is broken.
  const auto error = outcome.error.empty() ? std::nullopt : std::optional(Error{ErrorKind::invalid, outcome.error});
  end_task_trace(task, outcome.status, error, sink);
}

}  // namespace cairn
