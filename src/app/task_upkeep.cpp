// The stages of TaskPipeline beside the documents' way: upkeep (merges, garbage collection, queueing documents again),
// and the types that have a handler.
#include "app/collect_garbage.h"
#include "app/compact.h"
#include "app/guarded.h"
#include "app/reindex_collection.h"
#include "app/task_pipeline.h"
#include "app/task_trace.h"

namespace cairn {
namespace {

constexpr std::chrono::milliseconds ended_task_age = std::chrono::hours(24 * 7);

Result<void> complete(Catalog& catalog, const RunningTask& task, nlohmann::json result) {
  Commit commit;
  commit.completions.push_back(
      {.lease = task.lease(), .status = TaskStatus::succeeded, .error = {}, .result = std::move(result)});
  CAIRN_CHECK(catalog.commit(commit));  // Refused when the lease is lost: then it is somebody else's.
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
  CAIRN_CHECK(collect_garbage(ports.catalog, ports.blobs, age, task.cancel));
  CAIRN_CHECK(ports.catalog.prune_tasks(ended_task_age));
  CAIRN_CHECK(complete(ports.catalog, task, {}));
  return 0;
}

Result<std::uint64_t> run_reindex(const WorkerPorts& ports, RunningTask& task) {
  const auto report = [&](double progress) { task.progress = progress; };
  CAIRN_TRY(const std::uint64_t queued, queue_collection(ports.catalog, task.task, task.cancel, report));
  CAIRN_CHECK(complete(ports.catalog, task, {{"documents", queued}}));
  return 0;
}

Result<std::uint64_t> run_upkeep(const WorkerPorts& ports, RunningTask& task) {
  if (task.task.type == "compact") return run_compact(ports, task);
  if (task.task.type == "reindex") return run_reindex(ports, task);
  return run_collect(ports, task);
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
  const auto done = guarded([&] { return run_upkeep(ports_, *task); });
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
  end_attempt(*task, done.error(),
              kind == ErrorKind::unavailable || kind == ErrorKind::conflict || kind == ErrorKind::not_found);
}

void TaskPipeline::end_attempt(RunningTask& task, const Error& error, bool may_pass) {
  const auto retry =
      may_pass ? std::optional(retry_delay_after(options_.retry_delay, task.task.attempts)) : std::nullopt;
  if (auto ended = ports_.catalog.fail_task(task.lease(), error.message, retry); !ended)
    abort(std::move(ended).error());
  const bool again = may_pass && task.task.attempts < max_attempts;
  end_task_trace(task, again ? TaskStatus::queued : TaskStatus::failed, error, events_.traces);
  leases_.remove(task);
}

std::size_t TaskPipeline::handler_room() const {
  const std::size_t busy = handled_tasks_;
  return handling_.size() > busy ? handling_.size() - busy : 0;
}

void TaskPipeline::handle_loop() {
  while (auto task = to_handle_.pop()) {
    if (!(*task)->cancel.cancelled()) handle(*task);
    --handled_tasks_;
    note_progress();
  }
}

void TaskPipeline::handle(const RunningTaskPtr& task) {
  const TaskAttempt attempt{.task = task->task,
                            .cancel = task->cancel,
                            .trace = task->trace.get(),
                            .report = [&](double progress, std::string stage) {
                              task->progress = progress;
                              task->say(std::move(stage));
                            }};
  auto result = guarded([&] { return ports_.handlers->at(task->task.type)(attempt); });
  if (task->cancel.cancelled()) return;  // Lost, or handed back when the worker stops: nothing may be kept of it.
  if (!result) return end_attempt(*task, result.error(), result.error().kind == ErrorKind::unavailable);
  if (auto completed = complete(ports_.catalog, *task, *std::move(result)); !completed)
    return abort(std::move(completed).error());
  end_task_trace(*task, TaskStatus::succeeded, {}, events_.traces);
  leases_.remove(*task);
}

}  // namespace cairn
