#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <vector>

#include "app/commit_batch.h"
#include "app/index_batch.h"
#include "app/prepare_document.h"
#include "app/run_tasks.h"
#include "app/task_leases.h"

namespace cairn {

/// A document task that left the stages before: with its document, with an error, or with neither when nothing had to
/// be done.
struct FinishedTask {
  RunningTaskPtr task;
  PreparedDocumentPtr document{};
  std::optional<Error> error{};
};

/// Attempts 1, 2, 3 wait 1, 4, 16 times as long: an endpoint that is over its limit needs more patience each time.
std::chrono::milliseconds retry_delay_after(std::chrono::milliseconds first, std::uint32_t attempts);

/// The last stage: gathers finished tasks and commits them in batches. One thread, but for the methods that say
/// otherwise.
class FinishedTasks {
 public:
  FinishedTasks(const WorkerPorts& ports, const WorkerOptions& options, const WorkerEvents& events, TaskLeases& leases);

  /// A task was submitted that will come here. Any thread.
  void announce() { ++expected_; }

  /// One of them will take its time: nobody else's commit waits for it. Any thread.
  void announce_slow() { ++slow_; }

  /// Whether tasks will be announced soon; true when that is news. Any thread.
  bool expect_more(bool more) { return more_.exchange(more) != more; }

  /// Errors are those that stop the worker: nothing can be committed.
  Result<void> accept(FinishedTask finished);

  /// Commits when the batch is large or old enough, or nothing else is on its way.
  Result<void> commit_if_due();
  Result<void> commit();

  /// Whether something may become due with time alone.
  bool waits_to_commit() const { return !batch_->empty(); }

  const WorkerReport& report() const { return report_; }

  /// Something else changed its manifest. Any thread.
  void note_changed(const CollectionId& collection);

  /// Collections whose manifest changed since this was asked last. Any thread.
  std::vector<CollectionId> take_changed_collections();

 private:
  Result<void> accept_error(const FinishedTask& finished, const Error& error);
  Result<void> try_later(const FinishedTask& finished, const Error& error);
  void finish(const BatchEntry& entry);
  void trace_commit(std::chrono::nanoseconds began, std::chrono::nanoseconds ended) const;
  void tell(const TaskOutcome& outcome) const;
  bool due() const;

  const WorkerPorts& ports_;
  const WorkerOptions& options_;
  const WorkerEvents& events_;
  TaskLeases& leases_;
  text::Analyzer analyzer_;
  BatchCommitter committer_;
  std::unique_ptr<IndexBatch> batch_;
  std::chrono::nanoseconds batch_started_{};
  WorkerReport report_;
  std::atomic<std::size_t> expected_{0};  ///< In the batch, or on their way to it.
  std::atomic<std::size_t> slow_{0};      ///< Of those on their way.
  std::atomic<bool> more_{true};
  std::mutex changed_mutex_;
  std::set<CollectionId> changed_;  // Guarded by changed_mutex_.
};

}  // namespace cairn
