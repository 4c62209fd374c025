// Tasks of types that somebody else knows how to do, as a server works them off.
#include <gmock/gmock.h>

#include "app_tasks/server_store.h"

namespace cairn {
namespace {

using ::testing::HasSubstr;
using testing::must;
using testing::ServerStore;
using testing::Trap;

TEST(HandledTasks, KeepsWhatAHandlerFindsOut) {
  ServerStore store;
  store.handlers["answer"] = [](const TaskAttempt& attempt) -> Result<nlohmann::json> {
    return nlohmann::json{{"answer", "to " + attempt.task.payload.value("question", "")}};
  };
  store.start_worker();
  const Task task = store.ended(store.enqueue("answer", {{"question", "everything"}}));
  EXPECT_EQ(task.status, TaskStatus::succeeded);
  EXPECT_EQ(task.result.at("answer"), "to everything");
}

TEST(HandledTasks, StopsAHandlerWhoseTaskIsCancelledAndKeepsNothing) {
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

TEST(HandledTasks, StopsAHandlerAtItsDeadline) {
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

TEST(HandledTasks, GivesUpAfterThreeAttemptsAndStartsAnewWhenAsked) {
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

TEST(HandledTasks, FailsAtOnceWhatCannotGetBetter) {
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

TEST(HandledTasks, TellsWhatAHandlerIsDoing) {
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
