#include <fstream>
#include <random>

#include "access/access_fixture.h"
#include "contract/seed.h"

// Keys and users as administrators handle them, and what the log tells of it.

namespace cairn::testing {
namespace {

class Managing : public AccessFixture {
 protected:
  Principal admin_of(const std::string& tenant) const {
    return {.tenant = TenantId(tenant),
            .name = "admin",
            .groups = {},
            .is_owner = true,
            .scopes = {Scope::admin},
            .credential = CredentialKind::user,
            .credential_id = "x",
            .session = {},
            .limits = {}};
  }
  std::vector<AuditEntry> log(const TenantId& tenant = local_tenant) const {
    return must(store->audit({.tenant = tenant, .actor = {}, .action = {}, .cursor = {}, .limit = 1000})).items;
  }
};

TEST_F(Managing, ASecretIsShownOnceAndStoredNowhere) {
  const MadeKey made = make_key({.name = "sync"});
  must(access->journal.flush());
  access.reset();
  store.reset();
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.path())) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(file)), {});
    EXPECT_FALSE(bytes.contains(made.secret.substr(made.key.prefix.size()))) << entry.path();
  }
}

TEST_F(Managing, WhatCannotBeAKeyIsRefused) {
  const auto refused = [&](KeyRequest request) {
    return fails_with(ErrorKind::invalid, access->keys.create({}, request, ""));
  };
  EXPECT_TRUE(refused({.name = "", .scopes = {Scope::query}}));
  EXPECT_TRUE(refused({.name = "a\nb", .scopes = {Scope::query}}));
  EXPECT_TRUE(refused({.name = std::string(129, 'x'), .scopes = {Scope::query}}));
  EXPECT_TRUE(refused({.name = "\xFF", .scopes = {Scope::query}}));
  EXPECT_TRUE(refused({.name = "a", .scopes = {}}));
  EXPECT_TRUE(refused({.name = "a", .scopes = {Scope::query}, .groups = {"group:x"}}));
  EXPECT_TRUE(refused({.name = "a", .scopes = {Scope::query}, .groups = {"*"}}));
  EXPECT_TRUE(refused({.name = "a", .scopes = {Scope::query}, .groups = {""}}));
  EXPECT_TRUE(refused({.name = "a", .scopes = {Scope::query}, .groups = {}, .tenant = TenantId("../x")}));
  EXPECT_TRUE(refused({.name = "a", .scopes = {Scope::query}, .groups = {}, .tenant = {}, .expires_at = clock.now()}));
}

TEST_F(Managing, WhatCannotBeAUserIsRefused) {
  const auto refused = [&](UserRequest request) {
    return fails_with(ErrorKind::invalid, access->users.create({}, request, ""));
  };
  EXPECT_TRUE(refused({.name = "a/b", .password = password, .scopes = {Scope::query}}));
  EXPECT_TRUE(refused({.name = "-a", .password = password, .scopes = {Scope::query}}));
  EXPECT_TRUE(refused({.name = "ada", .password = "short", .scopes = {Scope::query}}));
  EXPECT_TRUE(refused({.name = "ada", .password = std::string(4097, 'x'), .scopes = {Scope::query}}));
  EXPECT_TRUE(refused({.name = "ada", .password = password, .scopes = {}}));
}

TEST_F(Managing, OnlyTheLocalTenantFoundsOthers) {
  EXPECT_TRUE(access->keys
                  .create(admin_of("local"),
                          {.name = "a", .scopes = {Scope::admin}, .groups = {}, .tenant = TenantId("acme")}, "")
                  .has_value());
  EXPECT_TRUE(fails_with(
      ErrorKind::forbidden,
      access->keys.create(admin_of("acme"),
                          {.name = "a", .scopes = {Scope::admin}, .groups = {}, .tenant = local_tenant}, "")));
  EXPECT_TRUE(fails_with(
      ErrorKind::forbidden,
      access->users.create(
          admin_of("acme"),
          {.name = "a", .password = password, .scopes = {Scope::admin}, .groups = {}, .tenant = TenantId("evil")},
          "")));
  EXPECT_TRUE(access->keys
                  .create(admin_of("acme"),
                          {.name = "a", .scopes = {Scope::admin}, .groups = {}, .tenant = TenantId("acme")}, "")
                  .has_value());
}

TEST_F(Managing, TheLogTellsWhoDidWhatAndWhatBecameOfIt) {
  const Principal admin = admin_of("local");
  const MadeKey key = must(access->keys.create(admin, {.name = "a", .scopes = {Scope::query}}, "192.0.2.1"));
  must(access->keys.revoke(admin, key.key.id, "192.0.2.1"));
  EXPECT_FALSE(access->keys.revoke(admin, KeyId("no\r\nsuch key"), "192.0.2.1").has_value());
  make_user("ada");
  EXPECT_FALSE(access->users.remove(admin, "ada", "").has_value());
  const auto entries = log();
  ASSERT_EQ(entries.size(), 5u);
  EXPECT_EQ(entries[4].action + " " + entries[4].object + " " + entries[4].outcome,
            "key.create key:" + key.key.id.value() + " ok");
  EXPECT_EQ(entries[4].actor, "user:admin");
  EXPECT_EQ(entries[4].address, "192.0.2.1");
  EXPECT_EQ(entries[3].action, "key.revoke");
  EXPECT_EQ(entries[2].outcome, "not_found");
  EXPECT_EQ(entries[2].object, "key:no??such key");
  EXPECT_EQ(entries[0].action + " " + entries[0].outcome, "user.delete conflict");
}

TEST_F(Managing, NoSecretAndNoLineBreakComesIntoTheLog) {
  const MadeKey key = make_key({.name = "sync"});
  make_user("ada");
  must(access->users.change({}, "ada", {.password = "a new passphrase", .scopes = {}, .groups = {}}, ""));
  access->journal.note(
      audit_entry({.name = "x\r\ny"}, "document.delete\n", "document:\x1b[31m\u2028", "1.2.3.4\r\nX: y", "ok"));
  must(access->journal.flush());
  for (const AuditEntry& entry : log())
    for (const std::string& field : {entry.actor, entry.action, entry.object, entry.address, entry.outcome}) {
      EXPECT_FALSE(field.contains(key.secret.substr(12)) || field.contains(password) || field.contains("passphrase"))
          << field;
      EXPECT_FALSE(field.contains('\n') || field.contains('\r') || field.contains('\x1b') || field.contains("\u2028"))
          << field;
    }
}

/// Random administrators of random tenants do random things: nobody ever sees or changes anything of another tenant.
TEST_F(Managing, NothingCrossesTenants) {
  const auto seed = first_seed();
  SCOPED_TRACE(describe_seed(seed));
  std::mt19937_64 random(seed);
  const auto any = [&](std::size_t count) { return static_cast<std::size_t>(random() % count); };
  const std::vector<std::string> tenants = {"acme", "bolt", "crag"}, names = {"ada", "bob", "eve"};
  std::vector<std::pair<TenantId, KeyId>> keys;
  for (int step = 0; step < 150; ++step) {
    const Principal admin = admin_of(tenants[any(3)]);
    const std::string& name = names[any(3)];
    switch (any(5)) {
      case 0: {
        const auto made = access->keys.create(admin, {.name = name, .scopes = {Scope::query}}, "");
        ASSERT_TRUE(made.has_value());
        ASSERT_EQ(must(authenticate(made->secret)).tenant, admin.tenant);
        keys.emplace_back(admin.tenant, made->key.id);
        break;
      }
      case 1:
        if (!keys.empty()) {
          const auto& [tenant, id] = keys[any(keys.size())];
          const bool was_revoked = must(store->key(tenant, id)).revoked_at.has_value();
          const bool own = tenant == admin.tenant;
          ASSERT_EQ(access->keys.revoke(admin, id, "").has_value(), own);
          ASSERT_EQ(must(store->key(tenant, id)).revoked_at.has_value(), own || was_revoked);
        }
        break;
      case 2:
        (void)access->users.create(admin, {.name = name, .password = password, .scopes = {Scope::admin}}, "");
        break;
      case 3:
        (void)access->users.change(admin, name, {.password = {}, .scopes = {}, .groups = {{admin.tenant.value()}}}, "");
        break;
      default: (void)access->users.remove(admin, name, "");
    }
    const auto page = must(access->users.list(admin, "", 100));
    for (const User& user : page.items) {
      ASSERT_EQ(user.tenant, admin.tenant);
      for (const std::string& group : user.groups) ASSERT_EQ(group, admin.tenant.value());
    }
    for (const ApiKey& key : must(access->keys.list(admin, "", 100)).items) ASSERT_EQ(key.tenant, admin.tenant);
    for (const AuditEntry& entry : log(admin.tenant)) ASSERT_EQ(entry.tenant, admin.tenant);
  }
}

TEST_F(Managing, WhoRunsTheServerSaysWhatATenantMayStore) {
  const TenantId sales("sales");
  EXPECT_EQ(must(access->tenants.find({}, sales)), TenantQuota{});
  EXPECT_EQ(must(access->tenants.set({}, sales, {.max_documents = 2, .max_bytes = 0}, "192.0.2.1")).max_documents, 2u);
  EXPECT_EQ(must(access->tenants.find(admin_of("sales"), sales)).max_documents, 2u);
  EXPECT_EQ(log().at(0).action, "quota.set");
  EXPECT_EQ(log().at(0).object, "tenant:sales");
  EXPECT_TRUE(fails_with(ErrorKind::forbidden, access->tenants.set(admin_of("sales"), sales, {}, "")));
  EXPECT_TRUE(fails_with(ErrorKind::not_found, access->tenants.find(admin_of("other"), sales)));
  EXPECT_TRUE(fails_with(ErrorKind::invalid, access->tenants.set({}, TenantId("../x"), {}, "")));
}

}  // namespace
}  // namespace cairn::testing
