#pragma once

#include "contract/access_store_contract.h"

// The audit log, use of keys, quotas and upkeep.

namespace cairn::testing {

TEST_P(AccessStoreContract, TheAuditLogIsListedInPagesNewestFirst) {
  for (int i = 0; i < 5; ++i)
    must(store().note({AuditEntry{.at = clock().now(),
                                  .actor = "user:ada",
                                  .action = "test." + std::to_string(i),
                                  .object = "o",
                                  .address = "192.0.2.1",
                                  .outcome = "ok"}},
                      {}));
  harness->reopen();
  const auto first = must(store().audit({.tenant = local_tenant, .actor = {}, .action = {}, .cursor = {}, .limit = 3}));
  ASSERT_EQ(first.items.size(), 3u);
  EXPECT_EQ(first.items[0].action, "test.4");
  EXPECT_EQ(first.items[0].address, "192.0.2.1");
  EXPECT_EQ(first.items[0].at, clock().now());
  const auto second =
      must(store().audit({.tenant = local_tenant, .actor = {}, .action = {}, .cursor = first.next_cursor, .limit = 3}));
  ASSERT_EQ(second.items.size(), 2u);
  EXPECT_EQ(second.items[1].action, "test.0");
  EXPECT_TRUE(second.next_cursor.empty());
}

TEST_P(AccessStoreContract, TheAuditLogIsFilteredAndEachTenantHasItsOwn) {
  must(store().note({AuditEntry{.actor = "user:ada", .action = "a"}, AuditEntry{.actor = "user:bob", .action = "b"},
                     AuditEntry{.tenant = TenantId("other"), .actor = "user:ada", .action = "a"}},
                    {}));
  const auto count = [&](const AuditFilter& filter) { return must(store().audit(filter)).items.size(); };
  EXPECT_EQ(count({.tenant = local_tenant}), 2u);
  EXPECT_EQ(count({.tenant = local_tenant, .actor = "user:ada"}), 1u);
  EXPECT_EQ(count({.tenant = local_tenant, .actor = {}, .action = "b"}), 1u);
  EXPECT_EQ(count({.tenant = TenantId("other")}), 1u);
  EXPECT_TRUE(fails_with(ErrorKind::invalid,
                         store().audit({.tenant = local_tenant, .actor = {}, .action = {}, .cursor = "nonsense"})));
}

TEST_P(AccessStoreContract, UseOfAKeyAddsUpForTheDay) {
  must(store().create_key(new_key("0001")));
  const TimePoint now = clock().now();
  must(store().note({}, {{.key = KeyId("0001"), .last_used_at = now, .day = 7, .documents = 2, .bytes = 10}}));
  must(store().note({}, {{.key = KeyId("0001"), .last_used_at = now - 1h, .day = 7, .documents = 1, .bytes = 5},
                         {.key = KeyId("gone"), .last_used_at = now, .day = 7, .documents = 1, .bytes = 5}}));
  const auto uses = must(store().key_uses(7));
  ASSERT_EQ(uses.size(), 1u);
  EXPECT_EQ(uses[0].documents, 3u);
  EXPECT_EQ(uses[0].bytes, 15u);
  EXPECT_EQ(must(store().key(local_tenant, KeyId("0001"))).last_used_at, now);
  EXPECT_TRUE(must(store().key_uses(8)).empty());
}

TEST_P(AccessStoreContract, AQuotaIsKeptForATenant) {
  EXPECT_EQ(must(store().quota(local_tenant)), TenantQuota{});
  must(store().set_quota(local_tenant, {.max_documents = 10, .max_bytes = 1000}));
  must(store().set_quota(local_tenant, {.max_documents = 20, .max_bytes = 1000}));
  harness->reopen();
  EXPECT_EQ(must(store().quota(local_tenant)), (TenantQuota{.max_documents = 20, .max_bytes = 1000}));
  EXPECT_EQ(must(store().quota(TenantId("other"))), TenantQuota{});
}

TEST_P(AccessStoreContract, PruningForgetsOldEntriesAndEndedSessionsOnly) {
  logged_in("ada", "adas");
  logged_in("bob", "bobs");
  must(store().note({AuditEntry{.at = clock().now(), .action = "old"}}, {}));
  must(store().end_session_of(digest("bobs")));
  must(store().prune(24h));
  EXPECT_EQ(must(store().state()).ended_sessions.size(), 1u) << "an access token of it may still be valid";
  clock().advance(48h);
  must(store().note({AuditEntry{.at = clock().now(), .action = "new"}}, {}));
  EXPECT_GE(must(store().prune(24h)), 2u);
  EXPECT_TRUE(must(store().state()).ended_sessions.empty());
  const auto left = must(store().audit({.tenant = local_tenant})).items;
  ASSERT_EQ(left.size(), 1u);
  EXPECT_EQ(left[0].action, "new");
  EXPECT_EQ(must(store().refresh(digest("adas"), digest("x"))).kind, RefreshOutcome::Kind::refreshed);
}

}  // namespace cairn::testing
