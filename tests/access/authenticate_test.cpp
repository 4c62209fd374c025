#include "app/authenticate.h"

#include <thread>

#include "access/access_fixture.h"
#include "app/setup_token.h"

namespace cairn::testing {
namespace {

class Authenticating : public AccessFixture {
 protected:
  Result<Principal> anonymous(const Credential& credential) const {
    return access->authenticator->authenticate(credential);
  }
};

const Credential on_this_machine{.host = "127.0.0.1:8080", .peer_is_loopback = true};

TEST_F(Authenticating, WhileNobodyIsKnownWhoeverIsOnThisMachineIsItsAdministrator) {
  const Principal local = must(anonymous(on_this_machine));
  EXPECT_EQ(local.tenant, local_tenant);
  EXPECT_TRUE(local.is_owner && local.scopes.may(Scope::admin));
  for (const char* origin : {"http://localhost:3000", "http://127.0.0.1", "https://[::1]:8080", "http://LOCALHOST"}) {
    Credential page = on_this_machine;
    page.origin = origin;
    EXPECT_TRUE(anonymous(page).has_value()) << origin;
  }
}

TEST_F(Authenticating, APageFromElsewhereIsNotTheLocalAdministrator) {
  for (const char* origin :
       {"https://attacker.example", "null", "http://127.0.0.1.attacker.example", "http://localhost.attacker.example",
        "http://localhost@attacker.example", "file://", "http://localhost:x", "http://127.1", "http://127.0.0.256"}) {
    Credential page = on_this_machine;
    page.origin = origin;
    EXPECT_TRUE(fails_with(ErrorKind::unauthenticated, anonymous(page))) << origin;
  }
  for (const char* site : {"cross-site", "same-site"}) {
    Credential image = on_this_machine;
    image.fetch_site = site;
    EXPECT_TRUE(fails_with(ErrorKind::unauthenticated, anonymous(image))) << site;
  }
}

TEST_F(Authenticating, ANameThatWasReboundToThisMachineIsNotTheLocalAdministrator) {
  for (const char* host : {"attacker.example", "attacker.example:8080", "", "127.0.0.1.attacker.example", "localhost.",
                           "[::2]", "192.168.0.2"}) {
    Credential rebound = on_this_machine;
    rebound.host = host;
    EXPECT_TRUE(fails_with(ErrorKind::unauthenticated, anonymous(rebound))) << host;
  }
}

TEST_F(Authenticating, AnotherMachineOrAProxyIsNotTheLocalAdministrator) {
  Credential remote = on_this_machine;
  remote.peer_is_loopback = false;
  EXPECT_TRUE(fails_with(ErrorKind::unauthenticated, anonymous(remote)));
  Credential proxied = on_this_machine;
  proxied.forwarded = true;
  EXPECT_TRUE(fails_with(ErrorKind::unauthenticated, anonymous(proxied)));
}

TEST_F(Authenticating, TheFirstKeyEndsTheLocalAdministratorForEver) {
  const MadeKey key = make_key({.scopes = {Scope::query}});
  EXPECT_TRUE(fails_with(ErrorKind::unauthenticated, anonymous(on_this_machine)));
  must(access->keys.revoke({}, key.key.id, ""));
  EXPECT_TRUE(fails_with(ErrorKind::unauthenticated, anonymous(on_this_machine)));
}

TEST_F(Authenticating, TheFirstUserEndsTheLocalAdministrator) {
  make_user("ada");
  EXPECT_TRUE(fails_with(ErrorKind::unauthenticated, anonymous(on_this_machine)));
}

TEST_F(Authenticating, AKeyIsWhoItWasMadeFor) {
  const MadeKey key = make_key({.name = "sync",
                                .scopes = {Scope::query, Scope::ingest},
                                .groups = {"finance"},
                                .tenant = TenantId("acme"),
                                .limits = {.requests_per_minute = 7}});
  EXPECT_TRUE(key.secret.starts_with("cairn_"));
  EXPECT_EQ(key.secret.size(), 6u + 43u);
  EXPECT_TRUE(key.secret.starts_with(key.key.prefix));
  const Principal principal = must(authenticate(key.secret));
  EXPECT_EQ(principal.tenant, TenantId("acme"));
  EXPECT_EQ(principal.name, "sync");
  EXPECT_EQ(principal.groups, std::vector<std::string>{"group:finance"});
  EXPECT_EQ(principal.limits.requests_per_minute, 7u);
  EXPECT_TRUE(principal.scopes.may(Scope::ingest));
  EXPECT_FALSE(principal.scopes.may(Scope::admin) || principal.is_owner);
  EXPECT_EQ(actor_of(principal), "key:" + key.key.id.value());
}

TEST_F(Authenticating, AdminSeesItsWholeTenant) {
  EXPECT_TRUE(must(authenticate(make_key({.scopes = {Scope::admin}}).secret)).is_owner);
}

TEST_F(Authenticating, WhatIsNoKnownKeyIsRefused) {
  const MadeKey key = make_key({});
  std::string wrong = key.secret;
  wrong.back() = wrong.back() == 'A' ? 'E' : 'A';
  for (const std::string& bad : {wrong, key.secret.substr(0, 20), std::string("cairn_"), key.secret + " ",
                                 key.secret + "x", std::string(), std::string("x")})
    if (bad != key.secret + " ") { EXPECT_TRUE(fails_with(ErrorKind::unauthenticated, authenticate(bad))) << bad; }
  for (const std::string& header :
       {"Basic " + key.secret, key.secret, "Bearer" + key.secret, std::string("Bearer"), std::string("Bearer  ")})
    EXPECT_TRUE(fails_with(ErrorKind::unauthenticated, anonymous({.authorization = header}))) << header;
  EXPECT_TRUE(anonymous({.authorization = "bearer  " + key.secret + " "}).has_value()) << "the scheme has no case";
}

TEST_F(Authenticating, AWrongKeyIsRefusedOnThisMachineToo) {
  Credential wrong = on_this_machine;
  wrong.authorization = "Bearer cairn_wrong";
  EXPECT_TRUE(fails_with(ErrorKind::unauthenticated, anonymous(wrong)));
}

TEST_F(Authenticating, AnExpiredKeyIsRefused) {
  const MadeKey key = make_key({.expires_at = clock.now() + 1h});
  clock.advance(1h - 1ms);
  EXPECT_TRUE(authenticate(key.secret).has_value());
  clock.advance(1ms);
  EXPECT_TRUE(fails_with(ErrorKind::unauthenticated, authenticate(key.secret)));
}

TEST_F(Authenticating, ARevokedKeyIsRefusedAtOnceAlsoWhenAnotherProcessRevokedIt) {
  const MadeKey here = make_key({}), there = make_key({});
  EXPECT_TRUE(authenticate(here.secret).has_value() && authenticate(there.secret).has_value());
  must(access->keys.revoke({}, here.key.id, ""));
  EXPECT_TRUE(fails_with(ErrorKind::unauthenticated, authenticate(here.secret)));
  const auto other = must(open_sqlite_access_store({.folder = folder.path(), .clock = &clock}));
  must(other->revoke_key(local_tenant, there.key.id));
  EXPECT_TRUE(fails_with(ErrorKind::unauthenticated, authenticate(there.secret)));
}

TEST_F(Authenticating, AKeyRevokedInTheMiddleOfItsUseIsNeverAcceptedAfterwards) {
  const MadeKey key = make_key({});
  std::atomic<bool> revoked = false, accepted_after = false;
  std::atomic<int> accepted = 0;
  {
    std::vector<std::jthread> users;
    for (int i = 0; i < 3; ++i)
      users.emplace_back([&] {
        for (bool last = false; !last;) {
          last = revoked;
          const bool let_in = authenticate(key.secret).has_value();
          if (let_in) ++accepted;
          if (last && let_in) accepted_after = true;
        }
      });
    while (accepted < 100) std::this_thread::yield();
    must(access->keys.revoke({}, key.key.id, ""));
    revoked = true;
  }
  EXPECT_FALSE(accepted_after);
}

TEST_F(Authenticating, AnErrorOfTheStoreLetsNobodyIn) {
  const MadeKey key = make_key({});
  struct Broken final {};
  std::filesystem::resize_file(folder.path() / "access.sqlite", 10);
  EXPECT_FALSE(authenticate(key.secret).has_value());
  EXPECT_FALSE(anonymous(on_this_machine).has_value());
}

TEST_F(Authenticating, ASetupTokenLetsInUntilTheFirstKeyOrUserIsMade) {
  const std::string token = *must(make_setup_token(*store, *crypto, clock, 1h));
  const Principal setup = must(authenticate(token));
  EXPECT_TRUE(setup.scopes.may(Scope::admin));
  const MadeKey key = make_key({.scopes = {Scope::admin}}, setup);
  EXPECT_TRUE(fails_with(ErrorKind::unauthenticated, authenticate(token)));
  EXPECT_TRUE(fails_with(ErrorKind::unauthenticated,
                         access->keys.create(setup, {.name = "again", .scopes = {Scope::admin}}, "")));
  EXPECT_TRUE(authenticate(key.secret).has_value());
  EXPECT_FALSE(must(make_setup_token(*store, *crypto, clock, 1h)).has_value()) << "somebody can log in already";
}

TEST_F(Authenticating, ASetupTokenExpiresAndANewOneReplacesIt) {
  const std::string first = *must(make_setup_token(*store, *crypto, clock, 1h));
  const std::string second = *must(make_setup_token(*store, *crypto, clock, 1h));
  EXPECT_TRUE(fails_with(ErrorKind::unauthenticated, authenticate(first)));
  EXPECT_TRUE(authenticate(second).has_value());
  clock.advance(1h);
  EXPECT_TRUE(fails_with(ErrorKind::unauthenticated, authenticate(second)));
}

TEST_F(Authenticating, WhenAKeyWasUsedIsNotedLater) {
  const MadeKey key = make_key({});
  clock.advance(1min);
  must(authenticate(key.secret));
  EXPECT_FALSE(must(store->key(local_tenant, key.key.id)).last_used_at);
  must(access->journal.flush());
  EXPECT_EQ(must(store->key(local_tenant, key.key.id)).last_used_at, clock.now());
}

}  // namespace
}  // namespace cairn::testing
