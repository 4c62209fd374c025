#include "app/run_tasks.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <optional>
#include <set>
#include <thread>

#include "app/claim_ahead.h"
#include "app/compact.h"
#include "app/task_pipeline.h"

namespace cairn {
namespace {

constexpr std::chrono::milliseconds collection_interval = std::chrono::hours(1);
constexpr const char* last_collection_setting = "last_garbage_collection_ms";
constexpr int upkeep_priority = 1;

const std::vector<std::string> document_types{"ingest", "delete"};
const std::vector<std::string> upkeep_types{"compact", "collect", "reindex"};

std::vector<std::string> handled_types(const WorkerPorts& ports) {
  std::vector<std::string> types;
  if (ports.handlers != nullptr)
    for (const auto& [type, handler] : *ports.handlers) types.push_back(type);
  return types;
}

std::vector<std::string> all_types(const std::vector<std::string>& handled) {
  std::vector<std::string> types = document_types;
  types.insert(types.end(), upkeep_types.begin(), upkeep_types.end());
  types.insert(types.end(), handled.begin(), handled.end());
  return types;
}

std::size_t least_ahead(const WorkerOptions& options) {
  const std::size_t threads = options.threads > 0 ? options.threads : std::max(1U, std::thread::hardware_concurrency());
  return std::max<std::size_t>(2 * threads, 4);
}

/// Keeps the pipeline filled and looks after the collections that it changes.
class Dispatcher {
 public:
  Dispatcher(const WorkerPorts& ports, const WorkerOptions& options, const WorkerEvents& events,
             const CancelToken& stop, TaskPipeline& pipeline)
      : ports_(ports),
        options_(options),
        events_(events),
        stop_(stop),
        pipeline_(pipeline),
        handled_types_(handled_types(ports)),
        all_types_(all_types(handled_types_)),
        ahead_(least_ahead(options), options.batch_tasks / 4) {
    if (ports_.feed != nullptr)
      hints_ = ports_.feed->subscribe([this] {
        hinted_ = true;
        pipeline_.wake();
      });
  }

  Result<void> run() {
    if (options_.only_worker) CAIRN_CHECK(take_over_abandoned());
    bool ended = false;
    while (!stop_.cancelled() && !pipeline_.failure()) {
      CAIRN_CHECK(schedule_collection());
      CAIRN_TRY(const bool claimed, claim());
      if (claimed) continue;
      std::optional<TimePoint> next;
      if (pipeline_.in_flight() == 0 && pipeline_.waiting() == 0) {
        CAIRN_TRY(const bool merging, plan_merges(true));
        if (merging) continue;
        CAIRN_TRY(next, ports_.catalog.next_claimable(all_types_));
        if (!next && ended) break;
        // One more look: something may have been queued as the last thing after this one.
        ended = !next && !(events_.more_to_come && events_.more_to_come());
        if (ended) continue;
      }
      const bool woken = pipeline_.wait(patience(next));
      look_for_upkeep_ |= hinted_.exchange(false) || !woken;
    }
    return {};
  }

 private:
  /// Tasks that a dead process of this name left marked as running. Their attempt counts, so that a document that kills
  /// its worker ends as failed.
  Result<void> take_over_abandoned() {
    CAIRN_TRY(const std::vector<Collection> collections, ports_.catalog.all_collections());
    std::set<TenantId> tenants{local_tenant};
    for (const Collection& collection : collections) tenants.insert(collection.tenant);
    for (const TenantId& tenant : tenants) CAIRN_CHECK(take_over_abandoned(tenant));
    return {};
  }

  Result<void> take_over_abandoned(const Task& task) {
    return ports_.catalog.fail_task(
        {.task = task.id, .epoch = task.epoch},
        "the process that worked on it ended " + std::to_string(task.attempts) + " times before it was done",
        std::chrono::milliseconds(0));
  }

  Result<void> take_over_abandoned(const TenantId& tenant) {
    TaskFilter filter{.tenant = tenant, .status = TaskStatus::running, .limit = 1000};
    do {
      CAIRN_TRY(const Page<Task> page, ports_.catalog.tasks(filter));
      for (const Task& task : page.items)
        if (task.node == options_.node) CAIRN_CHECK(take_over_abandoned(task));
      filter.cursor = page.next_cursor;
    } while (!filter.cursor.empty());
    return {};
  }

  /// How long to sleep. The wall clock may jump: never past the time to look anyway.
  std::chrono::milliseconds patience(std::optional<TimePoint> next) const {
    const std::chrono::milliseconds longest = ports_.feed == nullptr ? options_.poll : options_.idle_poll;
    if (!next) return longest;
    return std::clamp(*next - ports_.clock.now(), std::min(longest, std::chrono::milliseconds(10)), longest);
  }

  Result<void> schedule_collection() {
    const auto elapsed = ports_.clock.monotonic();
    if (collection_looked_at_ && elapsed - *collection_looked_at_ < collection_interval / 4) return {};
    collection_looked_at_ = elapsed;
    const std::int64_t now = ports_.clock.now().time_since_epoch().count();
    CAIRN_TRY(const std::string last, ports_.catalog.setting(last_collection_setting));
    // A time in the future is from before the clock was set back.
    const std::int64_t age = last.empty() ? -1 : now - std::strtoll(last.c_str(), nullptr, 10);
    if (age >= 0 && age < collection_interval.count()) return {};
    CAIRN_CHECK(ports_.catalog.set_setting(last_collection_setting, std::to_string(now)));
    if (last.empty()) return {};  // A new store has no garbage.
    look_for_upkeep_ = true;
    return enqueue("collect", {}, {});
  }

  Result<void> enqueue(std::string type, CollectionId collection, nlohmann::json payload) {
    Task task;
    task.tenant = local_tenant;
    if (!collection.empty()) {
      const auto found = ports_.catalog.collection(collection);
      if (!found && found.error().kind == ErrorKind::not_found) return {};  // Nothing is left to do about it.
      if (!found) return fail(found.error());
      task.tenant = found->tenant;
    }
    task.type = std::move(type);
    task.priority = upkeep_priority;
    task.collection = std::move(collection);
    if (!payload.is_null()) task.payload = std::move(payload);
    CAIRN_CHECK(ports_.catalog.enqueue(task));
    return {};
  }

  Result<bool> claim() {
    CAIRN_TRY(bool documents, claim_documents());
    if (const std::size_t room = pipeline_.handler_room(); room > 0 && !handled_types_.empty()) {
      CAIRN_TRY(const std::size_t handled, claim_of(handled_types_, room));
      documents |= handled > 0;
    }
    if (pipeline_.maintaining()) return documents;
    CAIRN_TRY(const bool queued, plan_merges(false));
    if (!queued && !look_for_upkeep_) return documents;
    look_for_upkeep_ = false;
    CAIRN_TRY(const std::size_t upkeep, claim_of(upkeep_types, 1));
    return documents || upkeep > 0;
  }

  /// Claims while little waits: what is claimed too early only holds leases. While long documents wait, only short ones
  /// are claimed, however many long ones are queued before them.
  Result<bool> claim_documents() {
    const std::size_t limit = ahead_.limit();
    pipeline_.want_more_below((limit + 1) / 2);
    if (pipeline_.waiting() >= (limit + 1) / 2) return false;
    ClaimRequest wanted{.node = options_.node, .types = document_types, .limit = limit, .lease = options_.lease};
    if (pipeline_.has_long_waiting()) wanted.max_document_bytes = long_document_bytes;
    CAIRN_TRY(const std::size_t claimed, claim(wanted));
    if (claimed == limit) ahead_.note_full(ports_.clock.monotonic());
    pipeline_.expect_more(claimed > 0);
    return claimed > 0;
  }

  Result<std::size_t> claim_of(const std::vector<std::string>& types, std::size_t limit) {
    return claim({.node = options_.node, .types = types, .limit = limit, .lease = options_.lease});
  }

  Result<std::size_t> claim(const ClaimRequest& wanted) {
    CAIRN_TRY(std::vector<Task> tasks, ports_.catalog.claim(wanted));
    for (Task& task : tasks) pipeline_.submit(std::move(task));
    return tasks.size();
  }

  /// Queues at most one merge; true when it did. While there is other work, only collections that have just changed are
  /// looked at, and only full tiers are merged; the rest waits for an idle moment.
  Result<bool> plan_merges(bool idle) {
    std::set<CollectionId> candidates;
    for (CollectionId& collection : pipeline_.take_changed_collections()) candidates.insert(std::move(collection));
    changed_.insert(candidates.begin(), candidates.end());
    if (idle) candidates = changed_;
    for (const CollectionId& collection : candidates) {
      const auto manifest = ports_.catalog.manifest(collection);
      const bool gone = !manifest && manifest.error().kind == ErrorKind::not_found;
      if (!manifest && !gone) return fail(manifest.error());
      if (!gone && !plan_compaction(*manifest, {.thorough = idle}).empty()) {
        CAIRN_CHECK(enqueue("compact", collection, {{"thorough", idle}}));
        look_for_upkeep_ = true;
        return true;
      }
      if (idle || gone) changed_.erase(collection);
    }
    return false;
  }

  const WorkerPorts& ports_;
  const WorkerOptions& options_;
  const WorkerEvents& events_;
  const CancelToken& stop_;
  TaskPipeline& pipeline_;
  std::set<CollectionId> changed_;                                ///< Since they were last found to be well merged.
  bool look_for_upkeep_ = true;                                   ///< Others may have queued some.
  std::optional<std::chrono::nanoseconds> collection_looked_at_;  ///< Monotonic.
  const std::vector<std::string> handled_types_, all_types_;
  ClaimAhead ahead_;
  std::atomic<bool> hinted_{false};
  std::unique_ptr<ChangeFeed::Subscription> hints_;  // Last: its calls use everything above.
};

}  // namespace

Result<WorkerReport> run_tasks(const WorkerPorts& ports, const WorkerOptions& options, const WorkerEvents& events,
                               const CancelToken& stop) {
  TaskPipeline pipeline(ports, options, events, stop);
  auto dispatched = pipeline.start();
  if (dispatched) dispatched = Dispatcher(ports, options, events, stop, pipeline).run();
  auto finished = pipeline.finish();
  if (!dispatched) return fail(dispatched.error());
  return finished;
}

}  // namespace cairn
