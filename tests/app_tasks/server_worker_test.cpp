// The worker as a server runs it: for ever, for all tenants, woken by hints, cancelled in every stage.
#include <gmock/gmock.h>

#include <atomic>
#include <condition_variable>
#include <future>
#include <mutex>
#include <thread>

#include "adapters/in_process/in_process_change_feed.h"
#include "app/event_hub.h"
#include "app/task_pipeline.h"
#include "app/test_store.h"

namespace cairn {
namespace {

using ::testing::HasSubstr;
using testing::must;
using testing::TestStore;

/// A text of so many tokens of FakeEmbedder.
std::string words(std::size_t count) {
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
      WorkerPorts outside = ports();
      outside.handlers = &handlers;
      outside.feed = &feed;
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

TEST(ServerWorker, IsWokenByAHintAndSleepsAgain) {
  ServerStore store;
  store.start_worker();
  for (const char* id : {"a", "b", "c"}) {
    store.ingest(id, "some text");
    EXPECT_EQ(store.ended(store.task_of(id)).status, TaskStatus::succeeded);
  }
  store.stop_worker();
  EXPECT_EQ(must(store.report).indexed, 3u);
}

TEST(ServerWorker, WorksForAllTenants) {
  ServerStore store;
  const Collection other =
      must(store.catalog->create_collection({.tenant = TenantId("other"), .name = "their papers"}));
  store.start_worker();
  must(ingest_documents(*store.catalog, *store.blobs, {.collection = other.id},
                        testing::from_list({{.external_id = "x", .facts = {}, .content = std::string("text")}}), {}));
  const auto page = must(store.catalog->tasks({.tenant = TenantId("other"), .status = {}, .limit = 10}));
  EXPECT_EQ(store.ended(page.items.at(0).id).status, TaskStatus::succeeded);
}

TEST(ServerWorker, DoesNotLetALongQueueBlockAnotherTenant) {
  std::mutex mutex;
  std::vector<std::string> order;
  ServerStore store;
  store.options.threads = 1;
  std::vector<IngestSource> crowd;
  for (int i = 0; i < 300; ++i)
    crowd.push_back({.external_id = std::to_string(i), .facts = {}, .content = words(50) + std::to_string(i)});
  store.ingest(std::move(crowd));
  const Collection small = must(store.catalog->create_collection({.tenant = TenantId("small"), .name = "few"}));
  must(ingest_documents(
      *store.catalog, *store.blobs, {.collection = small.id},
      testing::from_list({{.external_id = "x", .facts = {}, .content = std::string("their only one")}}), {}));
  store.extractor.before_extracting = [&](std::string_view content, const CancelToken&) -> Result<void> {
    const std::lock_guard lock(mutex);
    order.emplace_back(content);
    return {};
  };
  store.start_worker();
  store.ended(must(store.catalog->tasks({.tenant = TenantId("small"), .status = {}, .limit = 1})).items.at(0).id);
  const std::lock_guard lock(mutex);
  const auto position = std::ranges::find(order, "their only one") - order.begin();
  EXPECT_LE(position, 2) << "it takes turns with the crowd";
}

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

TEST(ServerWorker, DoesNotLetALongDocumentBlockAShortOne) {
  Gate begun, extracted, done;
  ServerStore store;
  auto& slow = store.embedders.add("slow", {"xx"});
  // The first units of the long document wait until the short one is extracted, its last until that is searchable.
  slow.before_embedding = [&](std::span<const std::string_view> texts, const CancelToken&) {
    begun.open();
    return texts.back().ends_with("end") ? done.pass() : extracted.pass();
  };
  store.extractor.before_extracting = [&](std::string_view content, const CancelToken&) -> Result<void> {
    if (content == "a short one") extracted.open();
    return {};
  };
  store.ingest({{.external_id = "long", .facts = {.language = "xx"}, .content = words(100'000) + "end"}});
  store.start_worker();
  must(begun.pass());
  store.ingest("short", "a short one");
  EXPECT_EQ(store.ended(store.task_of("short")).status, TaskStatus::succeeded);
  done.open();
  EXPECT_EQ(store.ended(store.task_of("long")).status, TaskStatus::succeeded);
}

TEST(ServerWorker, LetsAShortDocumentPassAnyNumberOfLongOnes) {
  Gate done;
  ServerStore store;
  store.options.batch_age = std::chrono::hours(1);  // Nor does its commit wait for theirs.
  store.extractor.before_extracting = [&](std::string_view content, const CancelToken&) -> Result<void> {
    return content.size() > long_document_bytes ? done.pass() : Result<void>();
  };
  std::vector<IngestSource> crowd;
  for (int i = 0; i < 20; ++i)
    crowd.push_back({.external_id = std::to_string(i), .facts = {}, .content = words(15'000) + std::to_string(i)});
  store.ingest(std::move(crowd));
  store.start_worker();
  store.ingest("short", "a short one");
  EXPECT_EQ(store.ended(store.task_of("short")).status, TaskStatus::succeeded);
  done.open();
  for (int i = 0; i < 20; ++i)
    EXPECT_EQ(store.ended(store.task_of(std::to_string(i))).status, TaskStatus::succeeded) << i;
}

TEST(ServerWorker, StopsExtractingWhatIsCancelled) {
  Trap trap;
  ServerStore store;
  store.extractor.before_extracting = [&](std::string_view, const CancelToken& cancel) { return trap.enter(cancel); };
  store.ingest("a", "text");
  store.start_worker();
  trap.wait_until_reached();
  must(store.catalog->cancel_task(store.task_of("a")));
  trap.wait_until_left();
  EXPECT_EQ(store.ended(store.task_of("a")).status, TaskStatus::cancelled);
  EXPECT_EQ(store.document("a").error, "cancelled");
  store.stop_worker();
  EXPECT_EQ(store.manifest().number, 0u);
}

TEST(ServerWorker, StopsEmbeddingWhatNobodyWantsAnyMore) {
  Trap trap;
  ServerStore store;
  auto& slow = store.embedders.add("slow", {"xx"});
  slow.before_embedding = [&](std::span<const std::string_view>, const CancelToken& cancel) {
    return trap.enter(cancel);
  };
  store.ingest({{.external_id = "a", .facts = {.language = "xx"}, .content = words(100)}});
  store.start_worker();
  trap.wait_until_reached();
  must(store.catalog->cancel_task(store.task_of("a")));
  trap.wait_until_left();  // The model's call itself is told to stop.
  store.stop_worker();
  EXPECT_EQ(store.manifest().number, 0u);
}

TEST(ServerWorker, FinishesTheOthersOfAUnitWhenOneIsCancelled) {
  std::atomic<bool> reached{false}, go{false};
  ServerStore store;
  store.options.threads = 1;
  auto& slow = store.embedders.add("slow", {"xx"});
  slow.before_embedding = [&](std::span<const std::string_view>, const CancelToken& cancel) -> Result<void> {
    reached = true;
    while (!go && !cancel.cancelled()) std::this_thread::yield();
    return {};
  };
  store.ingest({{.external_id = "plug", .facts = {.language = "xx"}, .content = std::string("plug")}});
  store.ingest({{.external_id = "a", .facts = {.language = "xx"}, .content = std::string("one")},
                {.external_id = "b", .facts = {.language = "xx"}, .content = std::string("two")}});
  store.start_worker();
  while (!reached) std::this_thread::yield();
  must(store.catalog->cancel_task(store.task_of("a")));
  go = true;
  EXPECT_EQ(store.ended(store.task_of("b")).status, TaskStatus::succeeded);
  store.stop_worker();
  EXPECT_FALSE(store.live().contains("a"));
}

TEST(ServerWorker, KeepsWhatAHandlerFindsOut) {
  ServerStore store;
  store.handlers["answer"] = [](const TaskAttempt& attempt) -> Result<nlohmann::json> {
    return nlohmann::json{{"answer", "to " + attempt.task.payload.value("question", "")}};
  };
  store.start_worker();
  const Task task = store.ended(store.enqueue("answer", {{"question", "everything"}}));
  EXPECT_EQ(task.status, TaskStatus::succeeded);
  EXPECT_EQ(task.result.at("answer"), "to everything");
}

TEST(ServerWorker, StopsAHandlerWhoseTaskIsCancelledAndKeepsNothing) {
  Trap trap;
  ServerStore store;
  store.handlers["answer"] = [&](const TaskAttempt& attempt) -> Result<nlohmann::json> {
    (void)trap.enter(attempt.cancel);
    return nlohmann::json{{"answer", "too late"}};
  };
  store.start_worker();
  const TaskId id = store.enqueue("answer");
  trap.wait_until_reached();
  must(store.catalog->cancel_task(id));
  trap.wait_until_left();
  store.stop_worker();
  EXPECT_EQ(must(store.catalog->task(id)).status, TaskStatus::cancelled);
  EXPECT_TRUE(must(store.catalog->task(id)).result.is_null());
}

TEST(ServerWorker, StopsAHandlerAtItsDeadline) {
  Trap trap;
  ServerStore store;
  store.handlers["answer"] = [&](const TaskAttempt& attempt) -> Result<nlohmann::json> {
    CAIRN_CHECK(trap.enter(attempt.cancel));
    return nlohmann::json();
  };
  Task task;
  task.tenant = local_tenant;
  task.type = "answer";
  task.deadline = store.clock.now() + std::chrono::seconds(5);
  const TaskId id = must(store.catalog->enqueue(task)).id;
  store.start_worker();
  trap.wait_until_reached();
  store.clock.advance(std::chrono::seconds(5));
  trap.wait_until_left();
  const Task failed = store.ended(id);
  EXPECT_EQ(failed.status, TaskStatus::failed);
  EXPECT_THAT(failed.error, HasSubstr("deadline"));
}

TEST(ServerWorker, GivesUpAfterThreeAttemptsAndStartsAnewWhenAsked) {
  std::atomic<int> attempts{0};
  std::atomic<bool> works{false};
  ServerStore store;
  store.handlers["answer"] = [&](const TaskAttempt&) -> Result<nlohmann::json> {
    ++attempts;
    if (works) return nlohmann::json{{"answer", "at last"}};
    return fail(ErrorKind::unavailable, "the model does not answer");
  };
  store.start_worker();
  const TaskId id = store.enqueue("answer");
  const Task dead = store.ended(id);
  EXPECT_EQ(dead.status, TaskStatus::failed);
  EXPECT_EQ(dead.attempts, max_attempts);
  EXPECT_EQ(dead.error, "the model does not answer");
  EXPECT_EQ(attempts, 3);
  works = true;
  must(store.catalog->retry_task(id));
  EXPECT_EQ(store.ended(id).status, TaskStatus::succeeded);
}

TEST(ServerWorker, FailsAtOnceWhatCannotGetBetter) {
  std::atomic<int> attempts{0};
  ServerStore store;
  store.handlers["answer"] = [&](const TaskAttempt&) -> Result<nlohmann::json> {
    ++attempts;
    return fail(ErrorKind::invalid, "a question is not empty");
  };
  store.start_worker();
  EXPECT_EQ(store.ended(store.enqueue("answer")).status, TaskStatus::failed);
  EXPECT_EQ(attempts, 1);
}

TEST(ServerWorker, DoesNotMindAClockThatJumps) {
  ServerStore store;
  store.start_worker();
  for (const auto jump : {std::chrono::hours(-48), std::chrono::hours(96), std::chrono::hours(-24)}) {
    store.clock.advance(jump);
    const std::string id = std::to_string(jump.count());
    store.ingest(id, "text");
    EXPECT_EQ(store.ended(store.task_of(id)).status, TaskStatus::succeeded) << id;
  }
}

TEST(ServerWorker, ExtractsACollectionAnew) {
  std::atomic<int> extracted{0};
  ServerStore store;
  store.start_worker();
  store.ingest("a", "first text");
  store.ingest("b", "second text");
  store.ended(store.task_of("a"));
  store.ended(store.task_of("b"));
  store.extractor.before_extracting = [&](std::string_view, const CancelToken&) -> Result<void> {
    ++extracted;
    return {};
  };
  const TaskId id = store.enqueue("reindex");
  const Task task = store.ended(id);
  EXPECT_EQ(task.status, TaskStatus::succeeded);
  EXPECT_EQ(task.result.at("documents"), 2);
  TaskFilter children{.tenant = local_tenant, .status = {}, .limit = 10};
  children.parent = id;
  const auto page = must(store.catalog->tasks(children));
  ASSERT_EQ(page.items.size(), 2u);
  for (const Task& child : page.items) EXPECT_EQ(store.ended(child.id).status, TaskStatus::succeeded);
  EXPECT_EQ(extracted, 2);
  const auto live = store.live();
  EXPECT_EQ(live.at("a").version, 2u);
  EXPECT_EQ(live.at("b").version, 2u);
}

TEST(ServerWorker, CollectsGarbageNowAndThenForAsLongAsItLives) {
  ServerStore store;
  store.start_worker();
  store.ingest("a", "text");
  store.ended(store.task_of("a"));
  const auto collections = [&] {
    return must(store.catalog->tasks({.tenant = local_tenant, .status = TaskStatus::succeeded, .type = "collect"}))
        .items.size();
  };
  for (std::size_t hours = 1; hours <= 2; ++hours) {
    store.clock.advance(std::chrono::hours(1));
    while (collections() < hours) {
      store.feed.announce();
      std::this_thread::yield();
    }
  }
}

TEST(ServerWorker, TellsWhatAHandlerIsDoing) {
  std::atomic<bool> go{false};
  ServerStore store;
  store.handlers["answer"] = [&](const TaskAttempt& attempt) -> Result<nlohmann::json> {
    attempt.report(0.5, "reading evidence");
    while (!go && !attempt.cancel.cancelled()) std::this_thread::yield();
    return nlohmann::json::object();
  };
  store.start_worker();
  const TaskId id = store.enqueue("answer");
  while (must(store.catalog->task(id)).stage != "reading evidence") std::this_thread::yield();
  EXPECT_EQ(must(store.catalog->task(id)).progress, 0.5);
  go = true;
  EXPECT_EQ(store.ended(id).stage, "");
}

}  // namespace
}  // namespace cairn
