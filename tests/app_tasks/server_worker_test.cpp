// The worker as a server runs it: for ever, for all tenants, woken by hints, cancelled in every stage.
#include <gmock/gmock.h>

#include "app/task_pipeline.h"
#include "app_tasks/server_store.h"

namespace cairn {
namespace {

using testing::Gate;
using testing::must;
using testing::ServerStore;
using testing::Trap;
using testing::words;

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

/// Somebody sets the time of day, while time goes on as ever.
class SetClock final : public Clock {
 public:
  explicit SetClock(const Clock& time_of_day) : time_of_day_(time_of_day) {}
  TimePoint now() const override { return time_of_day_.now(); }
  std::chrono::nanoseconds monotonic() const override { return std::chrono::steady_clock::now().time_since_epoch(); }

 private:
  const Clock& time_of_day_;
};

TEST(ServerWorker, DoesNotMindAClockThatJumps) {
  ServerStore store;
  const SetClock clock(store.clock);
  store.worker_clock = &clock;
  store.start_worker();
  for (const auto jump : {std::chrono::hours(-48), std::chrono::hours(96), std::chrono::hours(-24)}) {
    store.clock.advance(jump);
    const std::string id = std::to_string(jump.count());
    store.ingest(id, "text");
    EXPECT_EQ(store.ended(store.task_of(id)).status, TaskStatus::succeeded) << id;
  }
  store.stop_worker();  // Before its clock goes.
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

}  // namespace
}  // namespace cairn
