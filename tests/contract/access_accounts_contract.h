#pragma once

#include "contract/access_store_contract.h"

// Keys and users.

namespace cairn::testing {

TEST_P(AccessStoreContract, AKeyIsKeptAsItWasMade) {
  NewKey wanted = new_key("0001");
  wanted.key.expires_at = clock().now() + 24h;
  const ApiKey made = must(store().create_key(wanted));
  harness->reopen();
  const ApiKey kept = must(store().key(local_tenant, KeyId("0001")));
  EXPECT_EQ(kept.name, "for 0001");
  EXPECT_EQ(kept.prefix, "cairn_0001");
  EXPECT_EQ(kept.scopes, (Scopes{Scope::query, Scope::ingest}));
  EXPECT_EQ(kept.groups, (std::vector<std::string>{"finance", "board"}));
  EXPECT_EQ(kept.limits, wanted.key.limits);
  EXPECT_EQ(kept.created_at, clock().now());
  EXPECT_EQ(kept.expires_at, wanted.key.expires_at);
  EXPECT_EQ(kept.created_by, "local");
  EXPECT_FALSE(kept.revoked_at || kept.last_used_at);
  EXPECT_EQ(made.id, kept.id);
}

TEST_P(AccessStoreContract, StateListsWhoCanBeRecognised) {
  EXPECT_FALSE(must(store().state()).claimed);
  must(store().create_key(new_key("0001")));
  must(store().create_key(new_key("0002")));
  must(store().create_user(new_user("ada")));
  must(store().revoke_key(local_tenant, KeyId("0001")));
  const AccessState state = must(store().state());
  EXPECT_TRUE(state.claimed);
  ASSERT_EQ(state.keys.size(), 1u);
  EXPECT_EQ(state.keys[0].key.id, KeyId("0002"));
  EXPECT_EQ(state.keys[0].hash, digest("secret of 0002"));
  ASSERT_EQ(state.users.size(), 1u);
  EXPECT_EQ(state.users[0].name, "ada");
}

TEST_P(AccessStoreContract, EveryChangeOfWhoIsKnownChangesTheGenerationAlsoForOthers) {
  AccessStore& other = harness->other();
  std::uint64_t before = must(store().generation()), others = must(other.generation());
  const auto changed = [&](const char* what) {
    EXPECT_TRUE(changed_since(before)) << what;
    EXPECT_NE(must(other.generation()), others) << what;
    EXPECT_EQ(must(store().state()).generation, must(store().generation()));
    before = must(store().generation());
    others = must(other.generation());
  };
  must(store().create_key(new_key("0001")));
  changed("create_key");
  must(store().revoke_key(local_tenant, KeyId("0001")));
  changed("revoke_key");
  const User ada = must(store().create_user(new_user("ada")));
  changed("create_user");
  must(store().change_user(local_tenant, "ada", {.scopes = {}, .groups = {{"x"}}, .password_hash = {}}));
  changed("change_user");
  must(store().open_session(session_of(ada, "s"), 2, digest("t")));
  must(store().end_session(SessionId("s")));
  changed("end_session");
  must(store().add_signing_key({.id = "k1", .seed = std::string(32, 'x')}, false));
  changed("add_signing_key");
  must(store().create_user(new_user("bob")));
  changed("create_user");
  must(store().delete_user(local_tenant, "bob"));
  changed("delete_user");
}

TEST_P(AccessStoreContract, NotesDoNotChangeTheGeneration) {
  must(store().create_key(new_key("0001")));
  const auto before = must(store().generation());
  must(store().note({AuditEntry{.action = "x"}}, {{.key = KeyId("0001"), .last_used_at = clock().now()}}));
  EXPECT_FALSE(changed_since(before));
}

TEST_P(AccessStoreContract, AnIdOrSecretThatIsThereIsAConflict) {
  must(store().create_key(new_key("0001")));
  EXPECT_TRUE(fails_with(ErrorKind::conflict, store().create_key(new_key("0001"))));
  NewKey same_secret = new_key("0002");
  same_secret.hash = digest("secret of 0001");
  EXPECT_TRUE(fails_with(ErrorKind::conflict, store().create_key(same_secret)));
}

TEST_P(AccessStoreContract, RevokingTwiceKeepsTheFirstTime) {
  must(store().create_key(new_key("0001")));
  const auto first = must(store().revoke_key(local_tenant, KeyId("0001"))).revoked_at;
  clock().advance(1h);
  EXPECT_EQ(must(store().revoke_key(local_tenant, KeyId("0001"))).revoked_at, first);
  EXPECT_TRUE(fails_with(ErrorKind::not_found, store().revoke_key(local_tenant, KeyId("0002"))));
}

TEST_P(AccessStoreContract, WhatIsOfAnotherTenantIsNotFound) {
  const TenantId other("other");
  must(store().create_key(new_key("0001")));
  must(store().create_user(new_user("ada")));
  EXPECT_TRUE(fails_with(ErrorKind::not_found, store().key(other, KeyId("0001"))));
  EXPECT_TRUE(fails_with(ErrorKind::not_found, store().revoke_key(other, KeyId("0001"))));
  EXPECT_TRUE(fails_with(ErrorKind::not_found, store().user(other, "ada")));
  EXPECT_TRUE(fails_with(ErrorKind::not_found, store().change_user(other, "ada", {})));
  EXPECT_TRUE(fails_with(ErrorKind::not_found, store().delete_user(other, "ada")));
  EXPECT_FALSE(must(store().password(other, "ada")).has_value());
  EXPECT_TRUE(must(store().keys(other, "", 10)).items.empty());
  EXPECT_TRUE(must(store().users(other, "", 10)).items.empty());
}

TEST_P(AccessStoreContract, KeysAreListedInPagesNewestFirstRevokedOnesToo) {
  for (const char* id : {"0001", "0002", "0003"}) must(store().create_key(new_key(id)));
  must(store().revoke_key(local_tenant, KeyId("0002")));
  const auto first = must(store().keys(local_tenant, "", 2));
  ASSERT_EQ(first.items.size(), 2u);
  EXPECT_EQ(first.items[0].id, KeyId("0003"));
  EXPECT_TRUE(first.items[1].revoked_at);
  const auto second = must(store().keys(local_tenant, first.next_cursor, 2));
  ASSERT_EQ(second.items.size(), 1u);
  EXPECT_EQ(second.items[0].id, KeyId("0001"));
  EXPECT_TRUE(second.next_cursor.empty());
  EXPECT_TRUE(fails_with(ErrorKind::invalid, store().keys(local_tenant, "nonsense", 2)));
  EXPECT_TRUE(fails_with(ErrorKind::invalid, store().keys(local_tenant, "", 0)));
}

TEST_P(AccessStoreContract, UsersAreListedInPagesByName) {
  for (const char* name : {"carol", "ada", "bob"}) must(store().create_user(new_user(name)));
  const auto first = must(store().users(local_tenant, "", 2));
  ASSERT_EQ(first.items.size(), 2u);
  EXPECT_EQ(first.items[0].name, "ada");
  const auto second = must(store().users(local_tenant, first.next_cursor, 2));
  ASSERT_EQ(second.items.size(), 1u);
  EXPECT_EQ(second.items[0].name, "carol");
  EXPECT_TRUE(fails_with(ErrorKind::invalid, store().users(local_tenant, "nonsense", 2)));
}

TEST_P(AccessStoreContract, AUsersNameIsItsOwnInItsTenantOnly) {
  must(store().create_user(new_user("ada")));
  EXPECT_TRUE(fails_with(ErrorKind::conflict, store().create_user(new_user("ada"))));
  must(store().create_user(new_user("ada", {Scope::query}, TenantId("other"))));
  EXPECT_EQ(must(store().user(TenantId("other"), "ada")).scopes, Scopes{Scope::query});
}

TEST_P(AccessStoreContract, AChangeOfAUserChangesOnlyWhatItNamesAndItsVersion) {
  const User before = must(store().create_user(new_user("ada")));
  const User after =
      must(store().change_user(local_tenant, "ada", {.scopes = {}, .groups = {{"x", "y"}}, .password_hash = {}}));
  EXPECT_EQ(after.id, before.id);
  EXPECT_EQ(after.scopes, before.scopes);
  EXPECT_EQ(after.groups, (std::vector<std::string>{"x", "y"}));
  EXPECT_GT(after.version, before.version);
  EXPECT_EQ(must(store().password(local_tenant, "ada"))->password_hash, "hash of ada");
}

TEST_P(AccessStoreContract, TheLastAdministratorOfATenantStays) {
  must(store().create_user(new_user("ada")));
  must(store().create_user(new_user("bob", {Scope::query})));
  must(store().create_user(new_user("eve", {Scope::admin}, TenantId("other"))));
  EXPECT_TRUE(fails_with(ErrorKind::conflict, store().delete_user(local_tenant, "ada")));
  EXPECT_TRUE(fails_with(
      ErrorKind::conflict,
      store().change_user(local_tenant, "ada", {.scopes = Scopes{Scope::query}, .groups = {}, .password_hash = {}})));
  EXPECT_TRUE(must(store().user(local_tenant, "ada")).scopes.may(Scope::admin));
  must(store().change_user(local_tenant, "bob", {.scopes = Scopes{Scope::admin}, .groups = {}, .password_hash = {}}));
  must(store().delete_user(local_tenant, "ada"));
  EXPECT_TRUE(fails_with(ErrorKind::conflict, store().delete_user(local_tenant, "bob")));
}

TEST_P(AccessStoreContract, OfTwoAdministratorsWhoRemoveEachOtherOneStays) {
  must(store().create_user(new_user("ada")));
  must(store().create_user(new_user("bob")));
  AccessStore& other = harness->other();
  std::atomic<int> removed = 0;
  {
    std::jthread one([&] { removed += store().delete_user(local_tenant, "ada").has_value(); });
    std::jthread two([&] { removed += other.delete_user(local_tenant, "bob").has_value(); });
  }
  EXPECT_EQ(removed, 1);
  EXPECT_EQ(must(store().users(local_tenant, "", 10)).items.size(), 1u);
}

TEST_P(AccessStoreContract, TheFirstKeyOrUserClaimsTheStoreForEver) {
  must(store().create_user(new_user("ada", {Scope::query})));
  must(store().delete_user(local_tenant, "ada"));
  EXPECT_TRUE(must(store().state()).claimed);
}

TEST_P(AccessStoreContract, OnlyTheFirstOfTwoWhoCameBySetupTokenGetsIn) {
  must(store().set_setup_token({.hash = digest("setup"), .expires_at = clock().now() + 1h}));
  ASSERT_TRUE(must(store().state()).setup.has_value());
  EXPECT_EQ(must(store().state()).setup->hash, digest("setup"));
  NewUser first = new_user("ada"), second = new_user("eve");
  first.first_only = second.first_only = true;
  must(store().create_user(first));
  EXPECT_FALSE(must(store().state()).setup.has_value());
  EXPECT_TRUE(fails_with(ErrorKind::unauthenticated, store().create_user(second)));
  NewKey key = new_key("0001");
  key.first_only = true;
  EXPECT_TRUE(fails_with(ErrorKind::unauthenticated, store().create_key(key)));
  EXPECT_TRUE(fails_with(ErrorKind::conflict,
                         store().set_setup_token({.hash = digest("again"), .expires_at = clock().now() + 1h})));
}

TEST_P(AccessStoreContract, ANewSetupTokenReplacesTheOld) {
  must(store().set_setup_token({.hash = digest("old"), .expires_at = clock().now() + 1h}));
  must(store().set_setup_token({.hash = digest("new"), .expires_at = clock().now() + 2h}));
  EXPECT_EQ(must(store().state()).setup->hash, digest("new"));
}

}  // namespace cairn::testing
