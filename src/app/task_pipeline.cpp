#include "app/task_pipeline.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "app/embed_unit.h"
#include "app/guarded.h"
#include "app/start_thread.h"
#include "app/task_trace.h"

namespace cairn {
namespace {

// Encoders reach full speed at 1,000 to 2,000 tokens in one pack; much more would make a cancelled task wait.
constexpr std::uint64_t unit_tokens = 2'048;

// Enough that embedding threads find work while a slow document is extracted, little enough to stay small in memory.
constexpr std::uint64_t queued_tokens_per_thread = 16'384;

// What long_document_bytes usually hold. Compressed files may hold more: they are long from then on.
constexpr std::uint64_t long_tokens = 16'384;

// So many long ones are embedded in turn. Their texts are in memory, and more of them would only all end late.
constexpr std::size_t long_documents_at_once = 4;

// Of the memory for texts, what short documents have for themselves.
constexpr std::uint64_t short_share = 6;

std::size_t thread_count(const WorkerOptions& options) {
  return options.threads > 0 ? options.threads : std::max(1U, std::thread::hardware_concurrency());
}

bool is_upkeep(const Task& task) { return task.type == "compact" || task.type == "collect" || task.type == "reindex"; }

constexpr std::chrono::milliseconds long_time = std::chrono::hours(1);

}  // namespace

TaskPipeline::TaskPipeline(const WorkerPorts& ports, const WorkerOptions& options, const WorkerEvents& events,
                           const CancelToken& stop)
    : ports_(ports),
      options_(options),
      events_(events),
      stop_(stop),
      leases_(ports.catalog, {.lease = options.lease,
                              .heartbeat = options.heartbeat,
                              .on_lost = [this] { active_units_.stop_pointless(); }}),
      budget_(options.text_bytes / short_share),
      long_budget_(options.text_bytes - options.text_bytes / short_share),
      to_embed_({.unit_tokens = unit_tokens,
                 .long_tokens = long_tokens,
                 .most_short_tokens = queued_tokens_per_thread * thread_count(options),
                 .most_long_documents = long_documents_at_once}),
      finished_tasks_(ports_, options_, events_, leases_) {}

TaskPipeline::~TaskPipeline() {
  if (!ended_) (void)finish();
}

Result<void> TaskPipeline::start() {
  CAIRN_CHECK(leases_.start());
  for (std::size_t i = 0; i < thread_count(options_); ++i) {
    CAIRN_TRY(preparing_.emplace_back(), start_loop(&TaskPipeline::prepare_loop));
    CAIRN_TRY(preparing_long_.emplace_back(), start_loop(&TaskPipeline::prepare_long_loop));
    CAIRN_TRY(embedding_.emplace_back(), start_loop(&TaskPipeline::embed_loop));
  }
  const bool handles = ports_.handlers != nullptr && !ports_.handlers->empty();
  for (std::size_t i = 0; handles && i < std::max<std::size_t>(options_.handler_threads, 1); ++i) {
    CAIRN_TRY(handling_.emplace_back(), start_loop(&TaskPipeline::handle_loop));
  }
  CAIRN_TRY(finishing_, start_loop(&TaskPipeline::finish_loop));
  CAIRN_TRY(maintaining_thread_, start_loop(&TaskPipeline::upkeep_loop));
  return {};
}

Result<std::jthread> TaskPipeline::start_loop(void (TaskPipeline::*loop)()) {
  const bool gives_way = loop != &TaskPipeline::handle_loop && options_.on_thread;
  return start_thread([this, loop, gives_way] {
    if (gives_way) options_.on_thread();
    run_guarded([this, loop] { (this->*loop)(); });
  });
}

void TaskPipeline::submit(Task task) {
  auto trace = events_.traces == nullptr ? nullptr : begin_task_trace(task, ports_.clock);
  RunningTaskPtr running = leases_.add(std::move(task), std::move(trace));
  if (aborted_.cancelled()) running->cancel.cancel();  // Too late for abort() to see it.
  if (is_upkeep(running->task)) {
    ++maintaining_tasks_;
    to_maintain_.push(std::move(running));
    return;
  }
  if (ports_.handlers != nullptr && ports_.handlers->contains(running->task.type)) {
    ++handled_tasks_;
    to_handle_.push(std::move(running));
    return;
  }
  finished_tasks_.announce();
  if (running->is_ingest()) to_prepare_.push(std::move(running));
  else finished_.push({.task = std::move(running)});
}

void TaskPipeline::run_guarded(const std::function<void()>& body) {
  try {
    body();
  } catch (const std::exception& error) {
    abort({ErrorKind::internal, std::string("the worker stopped: ") + error.what()});
  }
}

void TaskPipeline::abort(Error error) {
  {
    const std::lock_guard lock(failure_mutex_);
    if (!failure_) failure_ = std::move(error);
  }
  aborted_.cancel();
  leases_.cancel_all();
  active_units_.stop_pointless();
  to_embed_.close();  // The threads that make room may be the ones that ended.
  budget_.lift();
  long_budget_.lift();
  note_progress();
}

std::optional<Error> TaskPipeline::failure() const {
  const std::lock_guard lock(failure_mutex_);
  return failure_;
}

bool TaskPipeline::wait(std::chrono::milliseconds patience) {
  std::unique_lock lock(moved_mutex_);
  return moved_.wait_for(lock, patience, [&] { return std::exchange(has_moved_, false); });
}

void TaskPipeline::note_progress() {
  const std::lock_guard lock(moved_mutex_);
  has_moved_ = true;
  moved_.notify_one();
}

void TaskPipeline::prepare_loop() {
  while (auto task = to_prepare_.pop()) {
    if (to_prepare_.size() < low_water_) note_progress();
    to_embed_.wait_for_room(Lane::quick);
    begin(*task);
  }
}

void TaskPipeline::prepare_long_loop() {
  while (auto document = to_prepare_long_.pop()) {
    note_progress();  // There may be room for more.
    to_embed_.wait_for_room(Lane::slow);
    (*document)->task->say({});
    prepare(long_budget_, *document);
  }
}

void TaskPipeline::begin(const RunningTaskPtr& task) {
  auto begun = begin_document(ports_.catalog, task);
  if (!begun) return finished_.push({.task = task, .error = std::move(begun).error()});
  if (!*begun) return finished_.push({.task = task});
  if ((*begun)->row.byte_size <= long_document_bytes) return prepare(budget_, *begun);
  task->lane = Lane::slow;
  task->say("waits for its turn among the long documents");
  finished_tasks_.announce_slow();
  to_prepare_long_.push(std::move(*begun));
}

void TaskPipeline::prepare(TextBudget& budget, const PreparedDocumentPtr& document) {
  const RunningTaskPtr task = document->task;
  if (task->cancel.cancelled())
    return finished_.push({.task = task, .error = Error{ErrorKind::cancelled, "cancelled"}});
  const PreparePorts ports{
      .catalog = ports_.catalog, .blobs = ports_.blobs, .extractor = ports_.extractor, .embedders = ports_.embedders};
  auto prepared = guarded([&] { return prepare_document(ports, budget, *document); });
  if (!prepared) finished_.push({.task = task, .error = std::move(prepared).error()});
  else if (document->chunks.empty()) finished_.push({.task = task, .document = document});
  else to_embed_.push(document);
}

void TaskPipeline::embed_loop() {
  while (auto unit = to_embed_.pop()) {
    const ActiveUnits::Entry active(active_units_, *unit);
    for (PreparedDocumentPtr& document : embed_unit(*unit, active.stop()))
      finished_.push({.task = document->task, .document = document});
    if (events_.on_embedded) events_.on_embedded(unit->tokens);
  }
}

void TaskPipeline::finish_loop() {
  constexpr std::chrono::milliseconds patience(20);
  while (!finished_.drained()) {
    auto finished = finished_.pop_for(finished_tasks_.waits_to_commit() ? patience : long_time);
    if (failure()) continue;  // Only drains: the leases are handed back at the end.
    const std::uint64_t commits = finished_tasks_.report().commits;
    auto done = finished ? finished_tasks_.accept(std::move(*finished)) : Result<void>{};
    if (done) done = finished_tasks_.commit_if_due();
    if (!done) abort(std::move(done).error());
    if (finished_tasks_.report().commits != commits) note_progress();
  }
  if (failure()) return;
  if (auto done = finished_tasks_.commit(); !done) abort(std::move(done).error());
}

Result<WorkerReport> TaskPipeline::finish() {
  ended_ = true;
  if (stop_.cancelled()) {
    aborted_.cancel();
    leases_.cancel_all();
    active_units_.stop_pointless();
  }
  to_prepare_.close();
  preparing_.clear();  // Joins.
  to_prepare_long_.close();
  preparing_long_.clear();
  to_embed_.close();
  embedding_.clear();
  finished_.close();
  if (finishing_.joinable()) finishing_.join();
  to_handle_.close();
  handling_.clear();
  to_maintain_.close();
  if (maintaining_thread_.joinable()) maintaining_thread_.join();
  const auto released = leases_.release_all();
  if (const auto error = failure()) return fail(*error);
  if (!released) return fail(released.error());
  WorkerReport report = finished_tasks_.report();
  report.merges = merges_;
  return report;
}

}  // namespace cairn
