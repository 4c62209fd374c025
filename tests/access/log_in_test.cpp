#include "app/log_in.h"

#include <thread>

#include "access/access_fixture.h"

namespace cairn::testing {
namespace {

class LoggingIn : public AccessFixture {
 protected:
  AccessOptions options() const override {
    AccessOptions chosen;
    chosen.passwords.max_hashing = 4;
    return chosen;
  }
  Result<Tokens> refresh(const std::string& token) const { return access->log_in->refresh(token, ""); }
};

TEST_F(LoggingIn, AUserWithThePasswordGetsTokens) {
  make_user("ada", {Scope::query, Scope::ingest});
  const Tokens tokens = must(log_in("ada", password));
  EXPECT_EQ(tokens.expires_in, 15min);
  const Principal principal = must(authenticate(tokens.access_token));
  EXPECT_EQ(principal.name, "ada");
  EXPECT_EQ(principal.groups, std::vector<std::string>{"user:ada"});
  EXPECT_FALSE(principal.is_owner);
  EXPECT_EQ(actor_of(principal), "user:ada");
}

TEST_F(LoggingIn, AUserOfAnotherTenantNamesIt) {
  make_user("ada");
  make_user("ada", {Scope::query}, TenantId("acme"));
  EXPECT_EQ(must(authenticate(must(log_in("ada", password)).access_token)).tenant, local_tenant);
  EXPECT_EQ(must(authenticate(must(log_in("acme/ada", password)).access_token)).tenant, TenantId("acme"));
}

TEST_F(LoggingIn, AWrongPasswordAndAnUnknownUserAreToldTheSame) {
  make_user("ada");
  const auto wrong = log_in("ada", "wrong password"), unknown = log_in("eve", "wrong password");
  ASSERT_TRUE(fails_with(ErrorKind::unauthenticated, wrong));
  ASSERT_TRUE(fails_with(ErrorKind::unauthenticated, unknown));
  EXPECT_EQ(wrong.error().message, unknown.error().message);
  for (const std::string& odd :
       {std::string(), std::string("/"), std::string("a/b/c"), std::string(5000, 'x'), std::string("ada\0", 4)})
    EXPECT_FALSE(log_in(odd, password, "").has_value());
  EXPECT_FALSE(log_in("ada", std::string(100'000, 'x'), "").has_value());
}

TEST_F(LoggingIn, GuessingIsSlowedDownTheSameForAnyName) {
  make_user("ada");
  for (const std::string& name : {std::string("ada"), std::string("nobody")}) {
    for (int i = 0; i < 4; ++i) EXPECT_TRUE(fails_with(ErrorKind::unauthenticated, log_in(name, "wrong password", "")));
    const auto refused = log_in(name, password, "");
    ASSERT_TRUE(fails_with(ErrorKind::limited, refused)) << name;
    EXPECT_EQ(refused.error().retry_after, 1s) << name;
  }
  clock.advance(1s);
  EXPECT_TRUE(log_in("ada", password, "").has_value());
  EXPECT_TRUE(log_in("ada", password, "").has_value()) << "a success forgives";
}

TEST_F(LoggingIn, AnAccessTokenEndsAfterAQuarterOfAnHour) {
  make_user("ada");
  const Tokens tokens = must(log_in("ada", password));
  clock.advance(15min);
  EXPECT_TRUE(fails_with(ErrorKind::unauthenticated, authenticate(tokens.access_token)));
  EXPECT_TRUE(authenticate(must(refresh(tokens.refresh_token)).access_token).has_value());
}

TEST_F(LoggingIn, AClockThatIsSetBackLengthensNoToken) {
  make_user("ada");
  const Tokens tokens = must(log_in("ada", password));
  must(authenticate(tokens.access_token));
  clock.advance(-1h);
  EXPECT_TRUE(fails_with(ErrorKind::unauthenticated, authenticate(tokens.access_token)));
  EXPECT_TRUE(authenticate(must(refresh(tokens.refresh_token)).access_token).has_value()) << "and a refresh helps";
}

TEST_F(LoggingIn, ASessionEndsThirtyDaysAfterTheLoginHoweverOftenItIsRefreshed) {
  make_user("ada");
  Tokens tokens = must(log_in("ada", password));
  for (int day = 1; day < 30; ++day) {
    clock.advance(24h);
    tokens = must(refresh(tokens.refresh_token));
  }
  clock.advance(24h);
  EXPECT_TRUE(fails_with(ErrorKind::unauthenticated, refresh(tokens.refresh_token)));
}

TEST_F(LoggingIn, AReplayedRefreshTokenEndsTheSessionForBoth) {
  make_user("ada");
  const Tokens first = must(log_in("ada", password)), elsewhere = must(log_in("ada", password));
  const Tokens second = must(refresh(first.refresh_token));
  EXPECT_TRUE(authenticate(second.access_token).has_value());
  clock.advance(refresh_grace);
  EXPECT_TRUE(fails_with(ErrorKind::unauthenticated, refresh(first.refresh_token)));
  EXPECT_TRUE(fails_with(ErrorKind::unauthenticated, refresh(second.refresh_token)));
  EXPECT_TRUE(fails_with(ErrorKind::unauthenticated, authenticate(second.access_token)));
  EXPECT_TRUE(fails_with(ErrorKind::unauthenticated, authenticate(first.access_token)));
  EXPECT_TRUE(authenticate(elsewhere.access_token).has_value()) << "other sessions go on";
}

TEST_F(LoggingIn, OfTwoThreadsThatRefreshAtOnceBothGoOn) {
  make_user("ada");
  for (int round = 0; round < 10; ++round) {
    const Tokens tokens = must(log_in("ada", password));
    std::atomic<int> refreshed = 0;
    {
      std::vector<std::jthread> threads;
      for (int i = 0; i < 2; ++i) threads.emplace_back([&] { refreshed += refresh(tokens.refresh_token).has_value(); });
    }
    EXPECT_EQ(refreshed, 2);
  }
}

TEST_F(LoggingIn, AWrongRefreshTokenIsRefused) {
  make_user("ada");
  const Tokens tokens = must(log_in("ada", password));
  for (const std::string& wrong :
       {std::string(), std::string("cairn_refresh_x"), tokens.access_token, tokens.refresh_token + "x"})
    EXPECT_TRUE(fails_with(ErrorKind::unauthenticated, refresh(wrong)));
  EXPECT_TRUE(fails_with(ErrorKind::unauthenticated, authenticate(tokens.refresh_token))) << "it is no access token";
}

TEST_F(LoggingIn, LoggingOutEndsTheSessionAtOnce) {
  make_user("ada");
  const Tokens one = must(log_in("ada", password)), two = must(log_in("ada", password));
  const Principal principal = must(authenticate(one.access_token));
  must(access->log_in->log_out(&principal, "", ""));
  EXPECT_TRUE(fails_with(ErrorKind::unauthenticated, authenticate(one.access_token)));
  EXPECT_TRUE(fails_with(ErrorKind::unauthenticated, refresh(one.refresh_token)));
  must(access->log_in->log_out(nullptr, two.refresh_token, ""));
  EXPECT_TRUE(fails_with(ErrorKind::unauthenticated, authenticate(two.access_token)));
}

TEST_F(LoggingIn, AChangedUserIsSomebodyElseAtOnce) {
  make_user("admin");
  make_user("ada", {Scope::query, Scope::ingest});
  Tokens tokens = must(log_in("ada", password));
  must(authenticate(tokens.access_token));
  must(access->users.change({}, "ada", {.password = {}, .scopes = Scopes{Scope::query}, .groups = {{"board"}}}, ""));
  EXPECT_TRUE(fails_with(ErrorKind::unauthenticated, authenticate(tokens.access_token)));
  tokens = must(refresh(tokens.refresh_token));
  const Principal changed = must(authenticate(tokens.access_token));
  EXPECT_FALSE(changed.scopes.may(Scope::ingest));
  EXPECT_EQ(changed.groups, (std::vector<std::string>{"group:board", "user:ada"}));
  must(access->users.change({}, "ada", {.password = "another password", .scopes = {}, .groups = {}}, ""));
  EXPECT_TRUE(fails_with(ErrorKind::unauthenticated, authenticate(tokens.access_token)));
  EXPECT_TRUE(fails_with(ErrorKind::unauthenticated, refresh(tokens.refresh_token)));
  EXPECT_TRUE(fails_with(ErrorKind::unauthenticated, log_in("ada", password)));
  tokens = must(log_in("ada", "another password"));
  must(access->users.remove({}, "ada", ""));
  EXPECT_TRUE(fails_with(ErrorKind::unauthenticated, authenticate(tokens.access_token)));
  EXPECT_TRUE(fails_with(ErrorKind::unauthenticated, refresh(tokens.refresh_token)));
}

TEST_F(LoggingIn, WhoWasLetInBeforeIsKnownAsItIsByNow) {
  const auto current = [&](const Principal& then) { return access->authenticator->current(then); };
  EXPECT_TRUE(current(Principal{}).has_value());
  make_user("admin");
  EXPECT_TRUE(fails_with(ErrorKind::unauthenticated, current(Principal{}))) << "somebody has claimed the store";
  make_user("ada", {Scope::query});
  const Principal one = must(authenticate(must(log_in("ada", password)).access_token));
  const Principal two = must(authenticate(must(log_in("ada", password)).access_token));
  const MadeKey key = make_key({.expires_at = clock.now() + 1h});
  const Principal by_key = must(authenticate(key.secret));
  must(access->users.change({}, "ada", {.password = {}, .scopes = {}, .groups = {{"board"}}}, ""));
  EXPECT_EQ(must(current(one)).groups, (std::vector<std::string>{"group:board", "user:ada"}));
  must(access->log_in->log_out(&one, "", ""));
  EXPECT_TRUE(fails_with(ErrorKind::unauthenticated, current(one)));
  EXPECT_TRUE(current(two).has_value() && current(by_key).has_value());
  must(access->users.remove({}, "ada", ""));
  EXPECT_TRUE(fails_with(ErrorKind::unauthenticated, current(two)));
  clock.advance(1h);
  EXPECT_TRUE(fails_with(ErrorKind::unauthenticated, current(by_key)));
}

TEST_F(LoggingIn, AUserMadeAgainUnderTheSameNameInheritsNoToken) {
  make_user("admin");
  make_user("ada");
  const Tokens tokens = must(log_in("ada", password));
  must(access->users.remove({}, "ada", ""));
  make_user("ada");
  EXPECT_TRUE(fails_with(ErrorKind::unauthenticated, authenticate(tokens.access_token)));
}

TEST_F(LoggingIn, TokensOutliveARestartAndTheStoresOwnKeyIsPrivate) {
  make_user("ada");
  const Tokens tokens = must(log_in("ada", password));
  open();
  EXPECT_TRUE(authenticate(tokens.access_token).has_value());
  const auto mode = std::filesystem::status(folder.path() / "access.sqlite").permissions();
  EXPECT_EQ(mode, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST_F(LoggingIn, ANewSigningKeyLeavesOldTokensTheirTime) {
  make_user("ada");
  const Tokens before = must(log_in("ada", password));
  must(store->add_signing_key({.id = "next", .seed = crypto->random_bytes(32)}, false));
  const Tokens after = must(log_in("ada", password));
  EXPECT_NE(before.access_token.substr(0, before.access_token.find('.')),
            after.access_token.substr(0, after.access_token.find('.')));
  EXPECT_TRUE(authenticate(before.access_token).has_value() && authenticate(after.access_token).has_value());
}

TEST_F(LoggingIn, TheLogTellsOfLoginsWithoutNamesThatMayBePasswords) {
  make_user("ada");
  (void)log_in("ada", password, "192.0.2.7");
  (void)log_in("hunter2hunter2", "x", "192.0.2.8");
  must(access->journal.flush());
  const auto entries = must(store->audit({.tenant = local_tenant})).items;
  ASSERT_GE(entries.size(), 2u);
  EXPECT_EQ(entries[0].action, "user.login");
  EXPECT_EQ(entries[0].outcome, "unauthenticated");
  EXPECT_EQ(entries[0].address, "192.0.2.8");
  EXPECT_EQ(entries[0].actor + entries[0].object, "");
  EXPECT_EQ(entries[1].actor, "user:ada");
  EXPECT_EQ(entries[1].outcome, "ok");
}

}  // namespace
}  // namespace cairn::testing
