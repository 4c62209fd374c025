#include "app/event_hub.h"

#include <gmock/gmock.h>

#include <condition_variable>
#include <mutex>

#include "adapters/fault/faulty_catalog.h"
#include "adapters/in_process/in_process_change_feed.h"
#include "app/task_requester.h"
#include "app/test_store.h"

namespace cairn {
namespace {

using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using testing::must;
using ::testing::Not;
using testing::TestStore;

/// Keeps what a follower is sent and waits for it.
class Inbox {
 public:
  bool take(const HubEvent& event) {
    const std::lock_guard lock(mutex_);
    events_.push_back(event);
    arrived_.notify_all();
    return !gone_;
  }

  /// All events until `data` came. A test that hangs here misses it.
  std::vector<HubEvent> until(const std::string& data) {
    std::unique_lock lock(mutex_);
    arrived_.wait(
        lock, [&] { return std::ranges::any_of(events_, [&](const HubEvent& event) { return event.data == data; }); });
    return events_;
  }

  std::vector<std::string> data() const {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> data;
    for (const HubEvent& event : events_) data.push_back(event.data);
    return data;
  }

  void leave() {
    const std::lock_guard lock(mutex_);
    gone_ = true;
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable arrived_;
  std::vector<HubEvent> events_;
  bool gone_ = false;
};

/// "task a: queued", "document a: indexed", "removed", "collection removed"
HubEvent describe(const Change& change) {
  switch (change.kind) {
    case ChangeKind::task:
      return {.id = 0,
              .name = "task",
              .data = "task " + (change.external_id.empty() ? change.task->type : change.external_id) + ": " +
                      to_string(change.task->status)};
    case ChangeKind::document: return {.id = 0, .name = "document", .data = "document " + change.external_id};
    case ChangeKind::removed_document: return {.id = 0, .name = "document", .data = "removed"};
    case ChangeKind::removed_collection: return {.id = 0, .name = "collection", .data = "collection removed"};
  }
  return {};
}

struct HubStore : TestStore {
  HubStore() {
    catalog.reset();
    catalog = must(
        open_sqlite_catalog({.folder = folder.path(), .access = SqliteAccess::write, .feed = &feed, .clock = &clock}));
    start_hub();
  }
  ~HubStore() { hub.reset(); }

  void start_hub() {
    hub = std::make_unique<EventHub>(*catalog, feed, system,
                                     EventHubOptions{.write = describe, .pause = std::chrono::milliseconds(1)});
    must(hub->start());
  }

  EventHub::Follow following(Inbox& inbox, std::optional<std::uint64_t> after = {}) {
    return {.principal = {},
            .filter = {},
            .after = after,
            .send = [&inbox](const HubEvent& event) { return inbox.take(event); },
            .still_allowed = {}};
  }

  void add(const std::string& external_id, std::vector<std::string> acl = {}) {
    DocumentFacts facts;
    facts.acl = std::move(acl);
    ingest({{.external_id = external_id, .facts = facts, .content = "text of " + external_id}});
  }

  InProcessChangeFeed feed;
  SystemClock system;
  std::unique_ptr<EventHub> hub;
};

Principal somebody(const std::string& name, std::vector<std::string> groups = {}) {
  Principal principal;
  principal.name = name;
  principal.groups = std::move(groups);
  principal.is_owner = false;
  principal.credential = CredentialKind::user;
  principal.credential_id = name;
  return principal;
}

TEST(EventHub, TellsWhatChangesFromNowOn) {
  Inbox inbox;
  HubStore store;
  store.add("before");
  must(store.hub->follow(store.following(inbox)));
  inbox.until("{}");
  store.add("after");
  inbox.until("document after");
  const auto events = inbox.until("task after: queued");
  EXPECT_EQ(events.front().name, "ready");
  EXPECT_THAT(inbox.data(), Not(Contains("document before")));
}

TEST(EventHub, GoesOnAfterTheLastEventSeen) {
  Inbox inbox;
  HubStore store;
  store.add("a");
  const std::uint64_t seen = must(store.catalog->last_change());
  store.add("b");
  store.work();
  must(store.hub->follow(store.following(inbox, seen)));
  inbox.until("document b");
  inbox.until("task a: succeeded");
  for (const HubEvent& event : inbox.until("task b: succeeded")) EXPECT_GE(event.id, seen);
  EXPECT_THAT(inbox.data(), Not(Contains("task b: queued"))) << "only the newest state counts";
}

TEST(EventHub, ResumesOverARestart) {
  Inbox inbox;
  HubStore store;
  store.add("a");
  const std::uint64_t seen = must(store.catalog->last_change());
  store.hub.reset();
  store.catalog.reset();
  store.catalog = must(open_sqlite_catalog(
      {.folder = store.folder.path(), .access = SqliteAccess::write, .feed = &store.feed, .clock = &store.clock}));
  store.add("while it was away");
  store.start_hub();
  must(store.hub->follow(store.following(inbox, seen)));
  inbox.until("document while it was away");
  EXPECT_THAT(inbox.data(), Not(Contains("document a")));
}

TEST(EventHub, TellsAFollowerFromTheFutureToReadEverythingAgain) {
  Inbox inbox;
  HubStore store;
  must(store.hub->follow(store.following(inbox, 1'000'000)));
  store.add("a");
  const auto events = inbox.until("document a");
  EXPECT_EQ(events.at(1).name, "reload");
}

TEST(EventHub, TellsNobodyOfAnotherTenantOrOutsideAnAcl) {
  Inbox owner, finance, stranger, tenant;
  HubStore store;
  must(store.hub->follow(store.following(owner)));
  auto follow = store.following(finance);
  follow.principal = somebody("ann", {"group:finance"});
  must(store.hub->follow(follow));
  follow = store.following(stranger);
  follow.principal = somebody("bob");
  must(store.hub->follow(follow));
  follow = store.following(tenant);
  follow.principal.tenant = TenantId("other");
  must(store.hub->follow(follow));
  store.add("secret", {"group:finance"});
  must(store.catalog->request_deletion(document_id(store.collection.id, "secret"), 5));
  store.work();
  store.add("open");
  for (Inbox* inbox : {&owner, &finance}) {
    inbox->until("document open");
    EXPECT_THAT(inbox->data(), Contains("removed"));
  }
  stranger.until("document open");
  stranger.until("task open: queued");
  EXPECT_THAT(stranger.data(), ElementsAre("{}", "document open", "task open: queued"))
      << "not even that something unnamed was deleted";
  must(store.catalog->delete_collection(store.collection.id));
  owner.until("collection removed");
  EXPECT_THAT(tenant.data(), ElementsAre("{}"));
}

TEST(EventHub, HidesSecretsFromWhoCatchesUpToo) {
  Inbox inbox;
  HubStore store;
  store.add("secret", {"group:finance"});
  store.add("open");
  store.work();
  auto follow = store.following(inbox, 0);
  follow.principal = somebody("bob");
  must(store.hub->follow(follow));
  inbox.until("document open");
  inbox.until("task open: succeeded");
  EXPECT_EQ(inbox.data().size(), 3u);
}

TEST(EventHub, TellsTasksWithoutADocumentOnlyToTheirAsker) {
  Inbox ann, bob;
  HubStore store;
  auto follow = store.following(ann);
  follow.principal = somebody("ann");
  must(store.hub->follow(follow));
  follow = store.following(bob);
  follow.principal = somebody("bob");
  must(store.hub->follow(follow));
  Task task;
  task.tenant = local_tenant;
  task.type = "answer";
  task.requested_by = to_requester(somebody("ann"));
  must(store.catalog->enqueue(task));
  store.add("open");
  ann.until("document open");
  bob.until("document open");
  EXPECT_THAT(ann.data(), Contains("task answer: queued"));
  EXPECT_THAT(bob.data(), Not(Contains("task answer: queued")));
}

TEST(EventHub, SendsOnlyWhatTheFilterAdmits) {
  Inbox tasks, one;
  HubStore store;
  auto follow = store.following(tasks);
  follow.filter.documents = false;
  must(store.hub->follow(follow));
  follow = store.following(one);
  follow.filter.document_ids = {document_id(store.collection.id, "b")};
  must(store.hub->follow(follow));
  store.add("a");
  store.add("b");
  one.until("document b");
  tasks.until("task b: queued");
  EXPECT_THAT(one.data(), Each(Not(::testing::HasSubstr(" a"))));
  EXPECT_THAT(tasks.data(), Each(Not(::testing::HasSubstr("document"))));
}

TEST(EventHub, ForgetsWhoHasGoneOrMayNotFollowAnyMore) {
  Inbox leaving, staying, revoked;
  std::atomic<bool> allowed{true};
  HubStore store;
  store.hub.reset();  // Again with a check at every event.
  store.hub = std::make_unique<EventHub>(
      *store.catalog, store.feed, store.system,
      EventHubOptions{.write = describe, .pause = std::chrono::milliseconds(1), .recheck = {}});
  must(store.hub->start());
  must(store.hub->follow(store.following(leaving)));
  must(store.hub->follow(store.following(staying)));
  auto follow = store.following(revoked);
  follow.still_allowed = [&] { return allowed.load(); };
  must(store.hub->follow(follow));
  store.add("a");
  revoked.until("document a");
  leaving.until("document a");
  leaving.leave();
  allowed = false;
  store.add("b");
  staying.until("document b");
  while (store.hub->followers() > 1) std::this_thread::yield();
  EXPECT_THAT(revoked.data(), Not(Contains("document b")));
}

TEST(EventHub, SendsNothingToWhoUnfollowed) {
  Inbox leaving, staying;
  HubStore store;
  const auto number = must(store.hub->follow(store.following(leaving)));
  must(store.hub->follow(store.following(staying)));
  leaving.until("{}");
  staying.until("{}");
  store.hub->unfollow(number);
  store.add("a");
  staying.until("document a");
  EXPECT_THAT(leaving.data(), ElementsAre("{}"));
}

TEST(EventHub, TellsTenThousandFollowers) {
  std::atomic<int> told{0};
  HubStore store;
  constexpr int count = 10'000;
  for (int i = 0; i < count; ++i) {
    EventHub::Follow follow;
    if (i % 2 == 1) follow.principal.tenant = TenantId("other");
    follow.send = [&told](const HubEvent& event) {
      if (event.data == "document a") ++told;
      return true;
    };
    must(store.hub->follow(std::move(follow)));
  }
  store.add("a");
  while (told < count / 2) std::this_thread::yield();
  EXPECT_EQ(store.hub->followers(), static_cast<std::size_t>(count));
}

TEST(EventHub, TellsEverythingInTheEndThoughTheCatalogFails) {
  Inbox inbox;
  HubStore store;
  store.hub.reset();
  auto plan = std::make_shared<FaultPlan>(FaultOptions{.seed = 7, .rate = 0.3, .crash_point = {}});
  FaultyCatalog faulty(*store.catalog, plan);
  EventHub hub(faulty, store.feed, store.system,
               {.write = describe, .pause = std::chrono::milliseconds(1), .poll = std::chrono::milliseconds(5)});
  must(hub.start());
  while (!hub.follow(store.following(inbox, 0))) {}
  for (int i = 0; i < 20; ++i) store.add(std::to_string(i));
  inbox.until("document 19");
  for (int i = 0; i < 20; ++i) inbox.until("document " + std::to_string(i));
}

/// Waits for one callback.
class Callback {
 public:
  std::function<void(bool)> then() {
    return [this](bool ended) {
      const std::lock_guard lock(mutex_);
      called_ = ended;
      arrived_.notify_all();
    };
  }
  bool wait() {
    std::unique_lock lock(mutex_);
    arrived_.wait(lock, [&] { return called_.has_value(); });
    return *called_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::optional<bool> called_;
};

constexpr std::chrono::minutes patient{10};

TEST(EventHub, CallsBackWhenAllTasksHaveEnded) {
  Callback both, none, gone, over;
  Callback late;
  HubStore store;
  store.add("a");
  store.add("b");
  const auto page = must(store.catalog->tasks({.tenant = local_tenant, .status = {}, .limit = 10}));
  const auto first = store.hub->when_ended({page.items.at(0).id, page.items.at(1).id}, patient, both.then());
  const auto second = store.hub->when_ended({}, patient, none.then());
  const auto third = store.hub->when_ended({TaskId("nobody")}, patient, gone.then());
  const auto fourth = store.hub->when_ended({page.items.at(0).id}, std::chrono::milliseconds(0), over.then());
  EXPECT_TRUE(none.wait());
  EXPECT_TRUE(gone.wait());
  EXPECT_FALSE(over.wait()) << "its patience ended";
  store.work();
  EXPECT_TRUE(both.wait());
  const auto fifth = store.hub->when_ended({page.items.at(0).id}, patient, late.then());
  EXPECT_TRUE(late.wait()) << "it had ended before";
}

TEST(EventHub, CallsBackWhenTasksGoWithTheirCollection) {
  Callback callback;
  HubStore store;
  store.add("a");
  const auto page = must(store.catalog->tasks({.tenant = local_tenant, .status = {}, .limit = 10}));
  const auto wait = store.hub->when_ended({page.items.at(0).id}, patient, callback.then());
  must(store.catalog->delete_collection(store.collection.id));
  EXPECT_TRUE(callback.wait());
}

TEST(EventHub, ForgetsAWaitThatIsDropped) {
  Callback callback;
  HubStore store;
  store.add("a");
  const auto page = must(store.catalog->tasks({.tenant = local_tenant, .status = {}, .limit = 10}));
  auto dropped = store.hub->when_ended({page.items.at(0).id}, patient, [](bool) { ADD_FAILURE(); });
  const auto kept = store.hub->when_ended({page.items.at(0).id}, patient, callback.then());
  dropped.reset();
  store.work();
  EXPECT_TRUE(callback.wait());
}

}  // namespace
}  // namespace cairn
