#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "base/cancel.h"
#include "base/clock.h"
#include "base/result.h"
#include "base/trace.h"
#include "domain/task.h"
#include "ports/blob_store.h"
#include "ports/catalog.h"
#include "ports/change_feed.h"
#include "ports/embedder.h"
#include "ports/text_extractor.h"

namespace cairn {

/// One attempt at a task of a type that somebody else knows how to do.
struct TaskAttempt {
  const Task& task;
  const CancelToken& cancel;  ///< Ask often: cancelled work stops within two seconds.
  Trace* trace = nullptr;     ///< Where its stages are recorded, or null.
  std::function<void(double progress, std::string stage)> report;  ///< Shown while it runs.
};

/// Does tasks of a type: gives what is kept as the task's result. Called on threads of their own, several at once; must
/// not commit anything itself. After an `unavailable` the task is tried again, other errors fail it.
using TaskHandler = std::function<Result<nlohmann::json>(const TaskAttempt&)>;
using TaskHandlers = std::map<std::string, TaskHandler>;

/// What a worker needs from outside; all must outlive the call.
struct WorkerPorts {
  Catalog& catalog;
  BlobStore& blobs;
  TextExtractor& extractor;
  const EmbedderSet& embedders;
  const Clock& clock;
  const TaskHandlers* handlers = nullptr;  ///< By type: `answer`. Null: none.
  ChangeFeed* feed = nullptr;              ///< Wakes an idle worker; null: it looks every WorkerOptions::poll.
};

struct WorkerOptions {
  NodeId node{"local"};
  std::size_t threads = 0;          ///< That embed; 0: one a core.
  std::size_t handler_threads = 1;  ///< That do the tasks of WorkerPorts::handlers.

  /// Called first on each thread that works on documents: a server makes them give way to searches. May be empty.
  std::function<void()> on_thread;

  /// This process is the only worker of its name: tasks that are still marked running under it belong to a process that
  /// died, and are taken over at once instead of when their leases run out.
  bool only_worker = false;

  std::chrono::milliseconds lease{10'000};
  std::chrono::milliseconds heartbeat{700};      ///< How soon cancelled work stops.
  std::chrono::milliseconds poll{100};           ///< How often an idle worker looks for tasks,
  std::chrono::milliseconds idle_poll{1'000};    ///< and with a feed, which may lose a hint.
  std::chrono::milliseconds retry_delay{2'000};  ///< Before the second attempt; the third waits four times as long.

  std::uint64_t batch_tokens = 65'536;         ///< A commit covers about so much, or
  std::size_t batch_tasks = 1'000;             ///< so many tasks, or
  std::chrono::milliseconds batch_age{3'000};  ///< what is finished after so long.
  std::uint64_t text_bytes = 24'000'000;       ///< Canonical text in memory at once.
};

/// A task that ended, or will be tried again later (`status` queued).
struct TaskOutcome {
  const Task& task;
  std::string external_id;  ///< Of its document, where known.
  TaskStatus status = TaskStatus::succeeded;
  std::string error;
  std::uint32_t chunks = 0;
  std::uint64_t tokens = 0;
};

struct WorkerEvents {
  std::function<void(const TaskOutcome&)> on_outcome;     ///< After it is durable; one at a time. May be empty.
  std::function<void(std::uint64_t tokens)> on_embedded;  ///< As vectors are made; from several threads. May be empty.

  TraceSink* traces = nullptr;  ///< Told of each task that ended here, or will be tried again; null: none is traced.

  /// Asked when nothing is left to do: whether to wait for more. Empty: the worker ends then.
  std::function<bool()> more_to_come;
};

struct WorkerReport {
  std::uint64_t indexed = 0, deleted = 0, failed = 0;  ///< Documents.
  std::uint64_t chunks = 0, tokens = 0;
  std::uint64_t commits = 0, merges = 0;
};

/// Works off tasks of all tenants, of the types ingest, delete, compact, collect and reindex, and those that have a
/// handler: claims them, extracts, cuts and embeds documents, and commits them in batches. One bad document fails
/// alone, with a reason for a person; what may pass (`unavailable`) is tried again later. Blocks until nothing is left
/// (see more_to_come) or `stop`; stopping hands unfinished tasks back; with a feed, whoever cancels `stop` announces
/// something, so that an idle worker hears of it. Embedding threads never wait for the disk, and memory does not grow
/// with the input. Errors: `unavailable` and `corrupt` of the catalog and blob store; unfinished tasks are handed back
/// and can be run again.
Result<WorkerReport> run_tasks(const WorkerPorts& ports, const WorkerOptions& options, const WorkerEvents& events,
                               const CancelToken& stop);

}  // namespace cairn
