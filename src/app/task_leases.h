#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "base/cancel.h"
#include "base/trace.h"
#include "domain/task.h"
#include "ports/catalog.h"

namespace cairn {

/// Long documents are prepared apart from short ones, which pass them.
enum class Lane { quick, slow };

/// A task that this process holds the lease of. The heartbeat reads the progress that the workers write.
struct RunningTask {
  explicit RunningTask(Task claimed) : task(std::move(claimed)) {}

  const Task task;
  CancelToken cancel;  ///< Set when the lease is lost or the worker stops.
  std::atomic<DocumentStatus> document_status{DocumentStatus::queued};
  std::atomic<double> progress{0};
  std::string external_id;  ///< Of its document, once it is known. Belongs to the stage that has the task; the
                            ///< heartbeat does not look.
  Lane lane = Lane::quick;  ///< Likewise.

  std::unique_ptr<Trace> trace;  ///< Set before others see the task; null when nobody asks for traces.

  /// What it does just now, for people. Any thread.
  void say(std::string stage) {
    const std::lock_guard lock(stage_mutex_);
    stage_ = std::move(stage);
  }
  std::string stage() const {
    const std::lock_guard lock(stage_mutex_);
    return stage_;
  }

  Lease lease() const { return {.task = task.id, .epoch = task.epoch}; }
  bool is_ingest() const { return task.type == "ingest"; }

 private:
  mutable std::mutex stage_mutex_;
  std::string stage_;  // Guarded by stage_mutex_.
};

using RunningTaskPtr = std::shared_ptr<RunningTask>;

/// The leases that this process holds. A thread of its own renews them with their progress and cancels the tasks that
/// were lost, so that cancelled work stops about one heartbeat later. Any thread may call.
class TaskLeases {
 public:
  struct Options {
    std::chrono::milliseconds lease;
    std::chrono::milliseconds heartbeat;  ///< Well below the lease: a few renewals may fail before it runs out.
    std::function<void()> on_lost = {};   ///< After tasks were cancelled because their leases are lost. May be empty.
  };

  /// `catalog` must outlive this.
  TaskLeases(Catalog& catalog, Options options) : catalog_(catalog), options_(options) {}

  /// Begins to renew. Errors: `unavailable` when the system refuses a thread.
  Result<void> start();

  RunningTaskPtr add(Task task, std::unique_ptr<Trace> trace = nullptr);
  void remove(const RunningTask& task);

  std::size_t count() const;

  /// Asks every task to stop.
  void cancel_all() const;

  /// Hands back what is still held, without counting the attempt.
  Result<void> release_all();

 private:
  void beat(const std::stop_token& stop);
  void renew();
  void cancel(const std::vector<TaskProgress>& asked, const std::vector<TaskId>& lost);

  Catalog& catalog_;
  const Options options_;
  mutable std::mutex mutex_;
  std::condition_variable_any stopping_;             ///< Or something is held.
  std::unordered_map<TaskId, RunningTaskPtr> held_;  // Guarded by mutex_.
  std::jthread thread_;                              // Last: it uses everything above.
};

}  // namespace cairn
