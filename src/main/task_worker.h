#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "app/run_tasks.h"
#include "base/log.h"

namespace cairn {

/// Works off a store's tasks in the background for as long as it lives. When the catalog or the blob store fails, that
/// is logged and tried again a little later.
class TaskWorker {
 public:
  /// All references must outlive it.
  TaskWorker(const WorkerPorts& ports, WorkerOptions options, WorkerEvents events, Log& log);

  /// Hands unfinished tasks back and waits.
  ~TaskWorker();
  TaskWorker(const TaskWorker&) = delete;
  TaskWorker& operator=(const TaskWorker&) = delete;

  /// Why nothing is worked off until the next try, for a person; empty: work goes on.
  std::string trouble() const;

 private:
  void run();

  const WorkerPorts ports_;
  WorkerOptions options_;
  WorkerEvents events_;
  Log& log_;
  CancelToken stop_;
  mutable std::mutex mutex_;
  std::string trouble_;  // Guarded by mutex_.
  std::condition_variable stopping_;
  std::jthread thread_;  // Last: it uses everything above.
};

}  // namespace cairn
