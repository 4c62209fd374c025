#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "app/active_units.h"
#include "app/embedding_queue.h"
#include "app/finished_tasks.h"
#include "app/prepare_document.h"
#include "app/run_tasks.h"
#include "app/task_leases.h"
#include "app/text_budget.h"
#include "app/work_queue.h"

namespace cairn {

/// A document with more bytes is long: embedding it takes a second or more, which others should not have to wait.
constexpr std::uint64_t long_document_bytes = 64 * 1024;

/// The threads that tasks pass through, each stage waiting only for the one before it:
///
///     prepare (extract, cut) ──────┬→ embed ─→ finish (index, commit)  ingest
///       └→ prepare, when it is long ┘          finish                  delete
///     upkeep                                                           compact, collect, reindex
///     handle                                                           types with a handler
///
/// Embedding is nearly all of the work, so the stages around it only keep its queue filled. Long documents have threads
/// and memory of their own, and are claimed only as those become free: nothing short waits for them. One thread may
/// submit.
class TaskPipeline {
 public:
  TaskPipeline(const WorkerPorts& ports, const WorkerOptions& options, const WorkerEvents& events,
               const CancelToken& stop);
  ~TaskPipeline();

  /// Starts the threads. After an error (`unavailable`: the system refuses one) only finish() may be called.
  Result<void> start();

  /// Takes over a claimed task.
  void submit(Task task);

  /// Tells the last stage whether to expect more soon: if not, it commits what it has.
  void expect_more(bool more) {
    if (finished_tasks_.expect_more(more)) finished_.wake();
  }

  std::size_t waiting() const { return to_prepare_.size(); }

  /// Whether no more long documents should be submitted: some wait already.
  bool has_long_waiting() const { return to_prepare_long_.size() > 0; }
  std::size_t in_flight() const { return leases_.count(); }
  bool maintaining() const { return maintaining_tasks_ > 0; }

  /// How many tasks could be handled at once.
  std::size_t handler_room() const;

  /// How few tasks wait to be prepared when wait() ends for more.
  void want_more_below(std::size_t waiting) { low_water_ = waiting; }

  /// Ends a wait(): there may be something to claim. Any thread.
  void wake() { note_progress(); }

  /// Waits until there is room for more tasks or something was committed (true), or for `patience` (false).
  bool wait(std::chrono::milliseconds patience);
  std::optional<Error> failure() const;

  /// Collections that got new segments since this was asked last.
  std::vector<CollectionId> take_changed_collections() { return finished_tasks_.take_changed_collections(); }

  /// Finishes what is in flight (or, when stopped or failed, drops it), ends the threads and hands leases back.
  Result<WorkerReport> finish();

 private:
  Result<std::jthread> start_loop(void (TaskPipeline::*loop)());
  void run_guarded(const std::function<void()>& body);
  void prepare_loop();
  void prepare_long_loop();
  void embed_loop();
  void finish_loop();
  void upkeep_loop();
  void handle_loop();
  void begin(const RunningTaskPtr& task);
  void prepare(TextBudget& budget, const PreparedDocumentPtr& document);
  void note_progress();
  void maintain(const RunningTaskPtr& task);
  void handle(const RunningTaskPtr& task);
  void end_attempt(RunningTask& task, const Error& error, bool may_pass);
  void abort(Error error);

  const WorkerPorts ports_;
  const WorkerOptions options_;
  const WorkerEvents& events_;
  const CancelToken stop_;
  CancelToken aborted_;  ///< Stops running embedding calls.
  ActiveUnits active_units_;
  TaskLeases leases_;
  TextBudget budget_, long_budget_;
  WorkQueue<RunningTaskPtr> to_prepare_, to_maintain_, to_handle_;
  WorkQueue<PreparedDocumentPtr> to_prepare_long_;
  EmbeddingQueue to_embed_;
  WorkQueue<FinishedTask> finished_;
  FinishedTasks finished_tasks_;
  std::atomic<std::uint64_t> merges_{0};
  std::atomic<std::size_t> maintaining_tasks_{0}, handled_tasks_{0}, low_water_{0};
  std::mutex moved_mutex_;
  std::condition_variable moved_;
  bool has_moved_ = false;  // Guarded by moved_mutex_.
  mutable std::mutex failure_mutex_;
  std::optional<Error> failure_;  // Guarded by failure_mutex_.
  std::vector<std::jthread> preparing_, preparing_long_, embedding_, handling_;
  std::jthread finishing_, maintaining_thread_;
  bool ended_ = false;
};

}  // namespace cairn
