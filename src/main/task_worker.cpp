#include "main/task_worker.h"

namespace cairn {
namespace {

constexpr std::chrono::seconds pause_after_failure{2};

}  // namespace

TaskWorker::TaskWorker(const WorkerPorts& ports, WorkerOptions options, WorkerEvents events, Log& log)
    : ports_(ports), options_(std::move(options)), events_(std::move(events)), log_(log), thread_([this] { run(); }) {}

TaskWorker::~TaskWorker() {
  {
    const std::scoped_lock lock(mutex_);
    stop_.cancel();
  }
  stopping_.notify_all();
  if (ports_.feed != nullptr) ports_.feed->announce();  // Wakes a worker that has nothing to do.
}

void TaskWorker::run() {
  events_.more_to_come = [this] { return !stop_.cancelled(); };
  while (!stop_.cancelled()) {
    const auto ended = run_tasks(ports_, options_, events_, stop_);
    if (ended) continue;
    log_.error("the task worker stopped and starts again", {{"error", ended.error().message}});
    std::unique_lock lock(mutex_);
    trouble_ = ended.error().message;
    stopping_.wait_for(lock, pause_after_failure, [this] { return stop_.cancelled(); });
    trouble_.clear();
  }
}

std::string TaskWorker::trouble() const {
  const std::scoped_lock lock(mutex_);
  return trouble_;
}

}  // namespace cairn
