#pragma once

#include <atomic>
#include <condition_variable>
#include <future>
#include <mutex>
#include <thread>

#include "adapters/in_process/in_process_change_feed.h"
#include "app/event_hub.h"
#include "app/test_store.h"

namespace cairn::testing {

/// A text of so many tokens of FakeEmbedder.
inline std::string words(std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += "many ";
  return text;
}

/// A store whose worker runs in the background and looks by itself only after an hour: what happens, happens by hints.
struct ServerStore : TestStore {
  ServerStore() {
    catalog.reset();
    catalog = must(
        open_sqlite_catalog({.folder = folder.path(), .access = SqliteAccess::write, .feed = &feed, .clock = &clock}));
    options.idle_poll = std::chrono::hours(1);
    options.heartbeat = std::chrono::milliseconds(5);
    options.batch_age = std::chrono::milliseconds(0);
    options.retry_delay = std::chrono::milliseconds(0);
    hub = std::make_unique<EventHub>(
        *catalog, feed, system,
        EventHubOptions{.write = [](const Change&) { return HubEvent{}; }, .pause = std::chrono::milliseconds(1)});
    must(hub->start());
  }

  ~ServerStore() { stop_worker(); }

  void start_worker() {
    worker = std::jthread([this] {
      const WorkerPorts outside{.catalog = *catalog,
                                .blobs = *blobs,
                                .extractor = extractor,
                                .embedders = embedders,
                                .clock = *worker_clock,
                                .handlers = &handlers,
                                .feed = &feed};
      report =
          run_tasks(outside, options, {.on_outcome = {}, .on_embedded = {}, .more_to_come = [] { return true; }}, stop);
    });
  }

  void stop_worker() {
    stop.cancel();
    feed.announce();
    if (worker.joinable()) worker.join();
  }

  TaskId enqueue(std::string type, nlohmann::json payload = nlohmann::json::object()) {
    Task task;
    task.tenant = local_tenant;
    task.type = std::move(type);
    task.collection = collection.id;
    task.payload = std::move(payload);
    return must(catalog->enqueue(task)).id;
  }

  Task ended(const TaskId& id) {
    std::mutex mutex;
    std::condition_variable called;
    bool done = false;
    const auto wait = hub->when_ended({id}, std::chrono::hours(1), [&](bool) {
      const std::lock_guard lock(mutex);
      done = true;
      called.notify_all();
    });
    std::unique_lock lock(mutex);
    called.wait(lock, [&] { return done; });
    return must(catalog->task(id));
  }

  TaskId task_of(const std::string& external_id) {
    for (const Task& task : must(catalog->tasks({.tenant = local_tenant, .status = {}, .limit = 1'000})).items)
      if (task.document == document_id(collection.id, external_id)) return task.id;
    return {};
  }

  InProcessChangeFeed feed;
  SystemClock system;
  std::unique_ptr<EventHub> hub;
  TaskHandlers handlers;
  const Clock* worker_clock = &clock;
  std::jthread worker;
  Result<WorkerReport> report{WorkerReport{}};
};

/// A place in the work where a test waits until the work is there, and the work until it is cancelled.
class Trap {
 public:
  Result<void> enter(const CancelToken& cancel) {
    reached_ = true;
    while (!cancel.cancelled()) std::this_thread::yield();
    left_ = true;
    return fail(ErrorKind::cancelled, "cancelled");
  }
  void wait_until_reached() const {
    while (!reached_) std::this_thread::yield();
  }
  void wait_until_left() const {
    while (!left_) std::this_thread::yield();
  }

 private:
  std::atomic<bool> reached_{false}, left_{false};
};

/// Something that work waits for before it goes on. That it never comes about is an error, not a test that hangs.
class Gate {
 public:
  void open() {
    if (!opened_.exchange(true)) promise_.set_value();
  }
  Result<void> pass() const {
    if (future_.wait_for(std::chrono::seconds(20)) == std::future_status::ready) return {};
    return fail(ErrorKind::internal, "the gate stayed shut");
  }

 private:
  std::promise<void> promise_;
  std::shared_future<void> future_ = promise_.get_future().share();
  std::atomic<bool> opened_{false};
};

}  // namespace cairn::testing
