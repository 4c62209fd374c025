// The upkeep stage of TaskPipeline: merges and garbage collection, beside the documents' way.
#include "app/collect_garbage.h"
#include "app/compact.h"
#include "app/task_pipeline.h"
#include "app/task_trace.h"

namespace cairn {
namespace {

constexpr std::chrono::milliseconds ended_task_age = std::chrono::hours(24 * 7);

Result<void> complete(Catalog& catalog, const RunningTask& task) {
  CAIRN_CHECK(catalog.commit({.completions = {{.lease = task.lease(), .status = TaskStatus::succeeded, .error = {}}}}));
  return {};
}

Result<std::uint64_t> run_compact(const WorkerPorts& ports, const RunningTask& task) {
  CompactRequest request{.collection = task.task.collection, .policy = {}, .lease = task.lease()};
  request.policy.thorough = task.task.payload.value("thorough", false);
  CAIRN_TRY(const CompactOutcome outcome, compact(ports.catalog, ports.blobs, request, task.cancel));
  return outcome.merged;
}

Result<std::uint64_t> run_collect(const WorkerPorts& ports, const RunningTask& task) {
  const std::chrono::milliseconds age(task.task.payload.value("age_ms", default_garbage_age.count()));
  CAIRN_CHECK(collect_garbage(ports.catalog, ports.blobs, ports.clock, age, task.cancel));
  CAIRN_CHECK(ports.catalog.prune_tasks(ended_task_age));
  CAIRN_CHECK(complete(ports.catalog, task));
  return 0;
}

}  // namespace

void TaskPipeline::upkeep_loop() {
  while (auto task = to_maintain_.pop()) {
    if (!(*task)->cancel.cancelled()) maintain(*task);
    --maintaining_tasks_;
    note_progress();
  }
}

void TaskPipeline::maintain(const RunningTaskPtr& task) {
  const auto done = task->task.type == "compact" ? run_compact(ports_, *task) : run_collect(ports_, *task);
  if (done) {
    if (*done > 0) {
      ++merges_;
      finished_tasks_.note_changed(task->task.collection);
    }
    end_task_trace(*task, TaskStatus::succeeded, {}, events_.traces);
    leases_.remove(*task);
    return;
  }
  if (task->cancel.cancelled()) return;  // Lost, or handed back when the worker stops.
  const ErrorKind kind = done.error().kind;
  const bool may_pass = kind == ErrorKind::unavailable || kind == ErrorKind::conflict || kind == ErrorKind::not_found;
  const auto retry = may_pass ? std::optional(options_.retry_delay) : std::nullopt;
  if (auto ended = ports_.catalog.fail_task(task->lease(), done.error().message, retry); !ended)
    abort(std::move(ended).error());
  end_task_trace(*task, may_pass ? TaskStatus::queued : TaskStatus::failed, done.error(), events_.traces);
  leases_.remove(*task);
}

}  // namespace cairn
