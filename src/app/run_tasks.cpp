#include "app/run_tasks.h"

#include <algorithm>
#include <set>

#include "app/compact.h"
#include "app/task_pipeline.h"

namespace cairn {
namespace {

constexpr std::chrono::milliseconds collection_interval = std::chrono::hours(1);
constexpr const char* last_collection_setting = "last_garbage_collection_ms";
constexpr int upkeep_priority = 1;

const std::vector<std::string> document_types{"ingest", "delete"};
const std::vector<std::string> upkeep_types{"compact", "collect"};

/// Keeps the pipeline filled and looks after the collections that it changes.
class Dispatcher {
 public:
  Dispatcher(const WorkerPorts& ports, const WorkerOptions& options, const WorkerEvents& events,
             const CancelToken& stop, TaskPipeline& pipeline)
      : ports_(ports), options_(options), events_(events), stop_(stop), pipeline_(pipeline) {}

  Result<void> run() {
    if (options_.only_worker) CAIRN_CHECK(take_over_abandoned());
    CAIRN_CHECK(schedule_collection());
    while (!stop_.cancelled() && !pipeline_.failure()) {
      CAIRN_TRY(const bool claimed, claim());
      if (claimed) continue;
      if (pipeline_.in_flight() == 0 && pipeline_.waiting() == 0) {
        CAIRN_TRY(const bool merging, plan_merges(true));
        if (merging) continue;
        CAIRN_TRY(const bool left, something_left());
        if (!left && !(events_.more_to_come && events_.more_to_come())) break;
      }
      look_for_upkeep_ |= !pipeline_.wait(options_.poll);
    }
    return {};
  }

 private:
  /// Tasks that a dead process left marked as running. Their attempt counts, so that a document that kills its worker
  /// ends as failed.
  Result<void> take_over_abandoned() {
    TaskFilter filter{.tenant = options_.tenant, .status = TaskStatus::running, .limit = 1000};
    do {
      CAIRN_TRY(const Page<Task> page, ports_.catalog.tasks(filter));
      for (const Task& task : page.items)
        CAIRN_CHECK(ports_.catalog.fail_task(
            {.task = task.id, .epoch = task.epoch},
            "the process that worked on it ended " + std::to_string(task.attempts) + " times before it was done",
            std::chrono::milliseconds(0)));
      filter.cursor = page.next_cursor;
    } while (!filter.cursor.empty());
    return {};
  }

  Result<void> schedule_collection() {
    const std::int64_t now = ports_.clock.now().time_since_epoch().count();
    CAIRN_TRY(const std::string last, ports_.catalog.setting(last_collection_setting));
    if (!last.empty() && now - std::strtoll(last.c_str(), nullptr, 10) < collection_interval.count()) return {};
    CAIRN_CHECK(ports_.catalog.set_setting(last_collection_setting, std::to_string(now)));
    if (last.empty()) return {};  // A new store has no garbage.
    look_for_upkeep_ = true;
    return enqueue("collect", {}, {});
  }

  Result<void> enqueue(std::string type, CollectionId collection, nlohmann::json payload) {
    Task task;
    task.tenant = options_.tenant;
    task.type = std::move(type);
    task.priority = upkeep_priority;
    task.collection = std::move(collection);
    if (!payload.is_null()) task.payload = std::move(payload);
    CAIRN_CHECK(ports_.catalog.enqueue(task));
    return {};
  }

  Result<bool> claim() {
    CAIRN_TRY(const bool documents, claim_documents());
    if (pipeline_.maintaining()) return documents;
    CAIRN_TRY(const bool queued, plan_merges(false));
    if (!queued && !look_for_upkeep_) return documents;
    look_for_upkeep_ = false;
    CAIRN_TRY(const bool upkeep, claim_of(upkeep_types, 1));
    return documents || upkeep;
  }

  /// Claims while little waits: what is claimed too early only holds leases.
  Result<bool> claim_documents() {
    const std::size_t low_water = std::max<std::size_t>(options_.batch_tasks / 4, 1);
    if (pipeline_.waiting() >= low_water) return false;
    CAIRN_TRY(const bool claimed, claim_of(document_types, low_water));
    pipeline_.expect_more(claimed);
    return claimed;
  }

  Result<bool> claim_of(const std::vector<std::string>& types, std::size_t limit) {
    CAIRN_TRY(std::vector<Task> tasks,
              ports_.catalog.claim({.node = options_.node, .types = types, .limit = limit, .lease = options_.lease}));
    for (Task& task : tasks) pipeline_.submit(std::move(task));
    return !tasks.empty();
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

  Result<bool> something_left() {
    for (const TaskStatus status : {TaskStatus::queued, TaskStatus::running})
      for (const auto* types : {&document_types, &upkeep_types})
        for (const std::string& type : *types) {
          CAIRN_TRY(const Page<Task> page,
                    ports_.catalog.tasks(
                        {.tenant = options_.tenant, .status = status, .type = type, .cursor = {}, .limit = 1}));
          if (!page.items.empty()) return true;
        }
    return false;
  }

  const WorkerPorts& ports_;
  const WorkerOptions& options_;
  const WorkerEvents& events_;
  const CancelToken& stop_;
  TaskPipeline& pipeline_;
  std::set<CollectionId> changed_;  ///< Since they were last found to be well merged.
  bool look_for_upkeep_ = true;     ///< Others may have queued some.
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
