#include "app/access_journal.h"

#include "access/access_fixture.h"
#include "adapters/fault/faulty_access_store.h"

namespace cairn::testing {
namespace {

class Journal : public AccessFixture {
 protected:
  static AuditEntry entry(const std::string& action) {
    AuditEntry made;
    made.action = action;
    return made;
  }
  std::size_t written() const {
    return must(store->audit({.tenant = local_tenant, .actor = {}, .action = {}, .cursor = {}, .limit = 10'000}))
        .items.size();
  }
};

TEST_F(Journal, WhatWaitsIsWrittenTogetherAndAtTheEnd) {
  {
    AccessJournal journal(*store, clock, {});
    for (int i = 0; i < 100; ++i) journal.note(entry("a"));
    EXPECT_EQ(written(), 0u);
    must(journal.note_now(entry("now")));
    EXPECT_EQ(written(), 1u);
  }
  EXPECT_EQ(written(), 101u);
}

TEST_F(Journal, ItsThreadWritesByItself) {
  AccessJournal journal(*store, clock, {.delay = 1ms});
  must(journal.start());
  journal.note(entry("a"));
  while (written() == 0) std::this_thread::sleep_for(1ms);
  EXPECT_EQ(written(), 1u);
}

TEST_F(Journal, WhatCouldNotBeWrittenGoesOnWaiting) {
  const auto plan =
      std::make_shared<FaultPlan>(FaultOptions{.seed = 7, .rate = 1, .after = false, .torn = false, .crash_point = {}});
  const MadeKey key = make_key({});
  const std::size_t before = written();
  FaultyAccessStore broken(*store, plan);
  {
    AccessJournal journal(broken, clock, {.delay = 1ms, .max_waiting = 3});
    for (int i = 0; i < 5; ++i) journal.note(entry("a"));
    journal.used(key.key.id, 1, 10);
    EXPECT_FALSE(journal.flush().has_value());
    EXPECT_FALSE(journal.flush().has_value());
    EXPECT_EQ(journal.lost(), 2u) << "memory is bounded";
    EXPECT_EQ(written(), before);
  }
  AccessJournal journal(*store, clock, {});
  journal.used(key.key.id, 1, 10);
  journal.used(key.key.id, 2, 20);
  must(journal.flush());
  const auto day = std::chrono::floor<std::chrono::days>(clock.now()).time_since_epoch().count();
  EXPECT_EQ(must(store->key_uses(day)).at(0).bytes, 30u);
}

}  // namespace
}  // namespace cairn::testing
