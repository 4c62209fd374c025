#include "app/finished_tasks.h"

#include "app/task_trace.h"

namespace cairn {

std::chrono::milliseconds retry_delay_after(std::chrono::milliseconds first, std::uint32_t attempts) {
  for (std::uint32_t i = 1; i < attempts; ++i) first *= 4;
  return first;
}

FinishedTasks::FinishedTasks(const WorkerPorts& ports, const WorkerOptions& options, const WorkerEvents& events,
                             TaskLeases& leases)
    : ports_(ports),
      options_(options),
      events_(events),
      leases_(leases),
      committer_(ports.catalog, ports.blobs),
      batch_(std::make_unique<IndexBatch>(analyzer_)) {}

Result<void> FinishedTasks::accept(FinishedTask finished) {
  if (finished.task->lane == Lane::slow) --slow_;
  if (!finished.error && finished.document) finished.error = finished.document->embedding_error();
  if (finished.error) return accept_error(finished, *finished.error);
  if (batch_->contains(finished.task->task.document)) CAIRN_CHECK(commit());
  if (batch_->empty()) batch_started_ = ports_.clock.monotonic();
  if (finished.document) {
    ScopedSpan span(finished.task->trace.get(), "ingest.index");
    const auto added = span.watch(batch_->add_document(*finished.document));
    span.end();  // Before the trace may end.
    if (!added) return accept_error(finished, added.error());
  } else if (finished.task->task.type == "delete") batch_->add_deletion(finished.task);
  else batch_->add_nothing(finished.task);
  return {};
}

Result<void> FinishedTasks::accept_error(const FinishedTask& finished, const Error& error) {
  if (finished.task->cancel.cancelled()) {
    end_task_trace(*finished.task, TaskStatus::cancelled, {}, events_.traces);
    --expected_;  // Lost, or handed back when the worker stops: nothing may be written about it.
    return {};
  }
  if (error.kind == ErrorKind::unavailable) return try_later(finished, error);
  if (batch_->empty()) batch_started_ = ports_.clock.monotonic();
  batch_->add_failure(finished.task, error.message);
  return {};
}

Result<void> FinishedTasks::try_later(const FinishedTask& finished, const Error& error) {
  const Task& task = finished.task->task;
  const bool again = task.attempts < max_attempts;
  CAIRN_CHECK(ports_.catalog.fail_task(finished.task->lease(), error.message,
                                       retry_delay_after(options_.retry_delay, task.attempts)));
  if (!again) ++report_.failed;
  tell({.task = task,
        .external_id = finished.task->external_id,
        .status = again ? TaskStatus::queued : TaskStatus::failed,
        .error = error.message});
  end_task_trace(*finished.task, again ? TaskStatus::queued : TaskStatus::failed, error, events_.traces);
  leases_.remove(*finished.task);
  --expected_;
  return {};
}

bool FinishedTasks::due() const {
  if (batch_->empty()) return false;
  return batch_->tokens() >= options_.batch_tokens || batch_->size() >= options_.batch_tasks ||
         ports_.clock.monotonic() - batch_started_ >= options_.batch_age ||
         (!more_ && expected_ - slow_ == batch_->size());
}

Result<void> FinishedTasks::commit_if_due() {
  if (!due()) return {};
  return commit();
}

Result<void> FinishedTasks::commit() {
  if (batch_->empty()) return {};
  const std::chrono::nanoseconds began = ports_.clock.monotonic();
  CAIRN_TRY(const std::vector<Manifest> manifests, committer_.commit(*batch_));
  ++report_.commits;
  trace_commit(began, ports_.clock.monotonic());
  for (const BatchEntry& entry : batch_->entries()) finish(entry);
  batch_ = std::make_unique<IndexBatch>(analyzer_);
  for (const Manifest& manifest : manifests) note_changed(manifest.collection);
  return {};
}

/// Each task of a batch waited for all of it.
void FinishedTasks::trace_commit(std::chrono::nanoseconds began, std::chrono::nanoseconds ended) const {
  const auto tasks = static_cast<std::int64_t>(batch_->size());
  for (const BatchEntry& entry : batch_->entries())
    if (Trace* trace = entry.task->trace.get(); trace != nullptr && entry.task->is_ingest())
      trace->add("ingest.commit", began, ended, {{0, "batch_tasks", tasks}});
}

void FinishedTasks::note_changed(const CollectionId& collection) {
  const std::lock_guard lock(changed_mutex_);
  changed_.insert(collection);
}

void FinishedTasks::finish(const BatchEntry& entry) {
  leases_.remove(*entry.task);
  --expected_;
  if (entry.fate != EntryFate::stands) {
    end_task_trace(*entry.task, TaskStatus::cancelled, {}, events_.traces);
    return;
  }
  TaskOutcome outcome{.task = entry.task->task, .external_id = entry.task->external_id};
  if (!entry.error.empty()) {
    ++report_.failed;
    outcome.status = TaskStatus::failed;
    outcome.error = entry.error;
  } else if (entry.indexed) {
    ++report_.indexed;
    report_.chunks += outcome.chunks = entry.indexed->chunks;
    report_.tokens += outcome.tokens = entry.indexed->tokens;
  } else if (entry.removes_document) {
    ++report_.deleted;
  }
  end_task_trace(*entry.task, outcome, events_.traces);
  tell(outcome);
}

void FinishedTasks::tell(const TaskOutcome& outcome) const {
  if (events_.on_outcome) events_.on_outcome(outcome);
}

std::vector<CollectionId> FinishedTasks::take_changed_collections() {
  const std::lock_guard lock(changed_mutex_);
  std::vector<CollectionId> taken(changed_.begin(), changed_.end());
  changed_.clear();
  return taken;
}

}  // namespace cairn
