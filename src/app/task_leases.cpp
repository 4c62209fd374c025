#include "app/task_leases.h"

#include <algorithm>

#include "app/start_thread.h"

namespace cairn {

Result<void> TaskLeases::start() {
  CAIRN_TRY(thread_, start_thread([this](const std::stop_token& stop) { beat(stop); }));
  return {};
}

RunningTaskPtr TaskLeases::add(Task task, std::unique_ptr<Trace> trace) {
  auto running = std::make_shared<RunningTask>(std::move(task));
  running->trace = std::move(trace);
  const std::lock_guard lock(mutex_);
  held_[running->task.id] = running;
  stopping_.notify_all();  // The heartbeat rests while nothing is held.
  return running;
}

void TaskLeases::remove(const RunningTask& task) {
  const std::lock_guard lock(mutex_);
  const auto found = held_.find(task.task.id);
  // The same task may have been lost and claimed again meanwhile: only this attempt's lease goes.
  if (found != held_.end() && found->second->task.epoch == task.task.epoch) held_.erase(found);
}

std::size_t TaskLeases::count() const {
  const std::lock_guard lock(mutex_);
  return held_.size();
}

void TaskLeases::cancel_all() const {
  const std::lock_guard lock(mutex_);
  for (const auto& [id, task] : held_) task->cancel.cancel();
}

Result<void> TaskLeases::release_all() {
  std::vector<Lease> leases;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [id, task] : held_) leases.push_back(task->lease());
    held_.clear();
  }
  if (leases.empty()) return {};
  return catalog_.release(leases);
}

void TaskLeases::beat(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    stopping_.wait(lock, stop, [&] { return !held_.empty(); });
    stopping_.wait_for(lock, stop, options_.heartbeat, [] { return false; });
    if (stop.stop_requested()) return;
    lock.unlock();
    renew();
    lock.lock();
  }
}

void TaskLeases::renew() {
  std::vector<TaskProgress> progress;
  {
    const std::lock_guard lock(mutex_);
    progress.reserve(held_.size());
    for (const auto& [id, task] : held_) {
      TaskProgress entry{.lease = task->lease(),
                         .progress = task->progress.load(),
                         .document_status = std::nullopt,
                         .stage = task->stage()};
      if (task->is_ingest()) entry.document_status = task->document_status.load();
      progress.push_back(std::move(entry));
    }
  }
  if (progress.empty()) return;
  const auto lost = catalog_.renew(progress, options_.lease);
  if (!lost) return;  // The next beat tries again; a lease that ran out meanwhile is refused at the commit.
  if (lost->empty()) return;
  cancel(progress, *lost);
  if (options_.on_lost) options_.on_lost();
}

void TaskLeases::cancel(const std::vector<TaskProgress>& asked, const std::vector<TaskId>& lost) {
  const std::lock_guard lock(mutex_);
  for (const TaskProgress& entry : asked) {
    if (std::ranges::find(lost, entry.lease.task) == lost.end()) continue;
    const auto found = held_.find(entry.lease.task);
    // The task may have been claimed again meanwhile: only the lease that was asked about is lost.
    if (found == held_.end() || found->second->task.epoch != entry.lease.epoch) continue;
    found->second->cancel.cancel();
    held_.erase(found);
  }
}

}  // namespace cairn
