#include "api/cli/ingest_run.h"

#include <atomic>
#include <chrono>
#include <thread>

#include "api/cli/progress.h"
#include "api/cli/work.h"

namespace cairn::cli {
namespace {

using Steady = std::chrono::steady_clock;

/// Counts sources and outcomes, which come from the thread that registers and from those that work.
class Counter {
 public:
  Counter(const PathSources& sources, ProgressLine& line) : total_(sources.total()), line_(line) {}

  void count(const IngestedSource& source) {
    const std::scoped_lock lock(mutex_);
    ++tally_.documents;
    if (!source.error.empty()) tally_.failures[source.external_id] = source.error;
    else if (source.registration.unchanged && source.registration.task.empty()) ++tally_.unchanged;
  }

  void count(const TaskOutcome& outcome) {
    if (outcome.task.type != "ingest") return;
    const std::scoped_lock lock(mutex_);
    if (outcome.status == TaskStatus::succeeded) {
      ++tally_.indexed;
      tally_.chunks += outcome.chunks;
      tally_.tokens += outcome.tokens;
    } else if (outcome.status == TaskStatus::failed) {
      const bool is_named = !outcome.external_id.empty();
      tally_.failures[is_named ? outcome.external_id : outcome.task.document.value()] = outcome.error;
    }
    line_.update(tally_.done(), std::max(total_, tally_.documents), outcome.external_id, Steady::now());
  }

  /// Once all threads have ended.
  IngestTally take() { return std::move(tally_); }

 private:
  std::mutex mutex_;
  IngestTally tally_;  // Guarded by mutex_.
  const std::uint64_t total_;
  ProgressLine& line_;
};

/// The named collection, made when it is not there.
Result<Collection> collection_named(Catalog& catalog, const std::string& name) {
  auto found = catalog.collection(local_tenant, name);
  if (found || found.error().kind != ErrorKind::not_found) return found;
  Collection wanted;
  wanted.tenant = local_tenant;
  wanted.name = name;
  return catalog.create_collection(wanted);
}

/// Registers in one thread and works in this one, so that embedding starts while files are still being read.
Result<void> register_and_work(OpenStore& store, const IngestRequest& request, PathSources& sources, Counter& counter) {
  const CancelToken stop = interrupted_token();
  std::atomic<bool> registering = true;
  Result<IngestReport> registered;
  std::jthread registration([&] {
    registered = ingest_documents(store.catalog(), store.blobs(), request, [&] { return sources.next(); }, stop);
    registering = false;
  });
  WorkerEvents events;
  events.on_outcome = [&](const TaskOutcome& outcome) { counter.count(outcome); };
  events.more_to_come = [&] { return registering.load(); };
  const auto worked = run_tasks(worker_ports(store), worker_options(store), events, stop);
  if (!worked) stop.cancel();
  registration.join();
  if (!worked) return fail(worked.error());
  if (stop.cancelled())
    return fail(ErrorKind::cancelled, "interrupted; nothing is lost: run the same command again to go on");
  if (!registered) return fail(registered.error());
  return {};
}

Result<void> has_model(const EmbedderSet& embedders) {
  if (!embedders.models().empty()) return {};
  const std::vector<BrokenModel> broken = embedders.broken();
  const std::string what = broken.empty() ? "there is no embedding model here" : broken.front().reason;
  return fail(ErrorKind::unavailable, what + ": import one with `cairn model import`");
}

}  // namespace

Result<IngestTally> run_ingest(const Context& context, OpenStore& store, const IngestOptions& options,
                               PathSources& sources) {
  CAIRN_CHECK(has_model(store.embedders()));
  CAIRN_TRY(const Collection collection, collection_named(store.catalog(), options.collection));
  const std::vector<BrokenModel> broken = store.embedders().broken();
  if (collection.embedding_model.empty() && !broken.empty()) return fail(ErrorKind::unavailable, broken.front().reason);
  const auto start = Steady::now();
  ProgressLine line(context.terminal, "Indexing", start);
  Counter counter(sources, line);
  IngestRequest request;
  request.collection = collection.id;
  request.priority = options.priority;
  request.on_source = [&](const IngestedSource& source) { counter.count(source); };
  CAIRN_CHECK(register_and_work(store, request, sources, counter));
  IngestTally tally = counter.take();
  tally.seconds = std::chrono::duration<double>(Steady::now() - start).count();
  return tally;
}

}  // namespace cairn::cli
