#pragma once

#include "contract/access_store_contract.h"

// Sessions, refresh tokens and signing keys.

namespace cairn::testing {

using RefreshKind = RefreshOutcome::Kind;

TEST_P(AccessStoreContract, ARefreshTokenIsExchangedOnce) {
  const User ada = logged_in("ada", "first");
  const auto outcome = must(store().refresh(digest("first"), digest("second")));
  EXPECT_EQ(outcome.kind, RefreshKind::refreshed);
  EXPECT_EQ(outcome.session.id, SessionId("session of ada"));
  EXPECT_EQ(outcome.user.id, ada.id);
  EXPECT_EQ(must(store().refresh(digest("second"), digest("third"))).kind, RefreshKind::refreshed);
}

TEST_P(AccessStoreContract, AnOldRefreshTokenEndsTheSession) {
  logged_in("ada", "first");
  must(store().refresh(digest("first"), digest("second")));
  clock().advance(refresh_grace);
  EXPECT_EQ(must(store().refresh(digest("first"), digest("stolen"))).kind, RefreshKind::reused);
  harness->reopen();
  EXPECT_EQ(must(store().refresh(digest("second"), digest("third"))).kind, RefreshKind::unknown);
  EXPECT_EQ(must(store().refresh(digest("stolen"), digest("fourth"))).kind, RefreshKind::unknown);
  EXPECT_EQ(must(store().state()).ended_sessions, std::vector{SessionId("session of ada")});
}

TEST_P(AccessStoreContract, TwoWhoRefreshAtOnceBothGoOn) {
  AccessStore& other = harness->other();
  const User ada = must(store().create_user(new_user("ada")));
  for (int round = 0; round < 10; ++round) {
    const std::string name = std::to_string(round);
    must(store().open_session(session_of(ada, name), ada.version, digest("first " + name)));
    std::atomic<int> refreshed = 0;
    const auto refresh = [&](AccessStore& by, const std::string& next) {
      refreshed += must(by.refresh(digest("first " + name), digest(next + name))).kind == RefreshKind::refreshed;
    };
    {
      std::jthread one([&] { refresh(store(), "one "); });
      std::jthread two([&] { refresh(other, "two "); });
    }
    EXPECT_EQ(refreshed, 2);
  }
  EXPECT_TRUE(must(store().state()).ended_sessions.empty());
}

TEST_P(AccessStoreContract, TheGraceOfARefreshTokenCountsFromItsFirstUse) {
  logged_in("ada", "first");
  must(store().refresh(digest("first"), digest("second")));
  clock().advance(refresh_grace - 1ms);
  EXPECT_EQ(must(store().refresh(digest("first"), digest("other second"))).kind, RefreshKind::refreshed);
  clock().advance(1ms);
  EXPECT_EQ(must(store().refresh(digest("first"), digest("stolen"))).kind, RefreshKind::reused);
  EXPECT_EQ(must(store().refresh(digest("second"), digest("third"))).kind, RefreshKind::unknown);
}

TEST_P(AccessStoreContract, AThiefWithinTheGraceIsFoundOutAtTheNextRefresh) {
  logged_in("ada", "first");
  must(store().refresh(digest("first"), digest("hers")));
  must(store().refresh(digest("first"), digest("stolen")));
  clock().advance(15min);
  EXPECT_EQ(must(store().refresh(digest("hers"), digest("hers too"))).kind, RefreshKind::refreshed);
  clock().advance(refresh_grace);
  EXPECT_EQ(must(store().refresh(digest("stolen"), digest("more"))).kind, RefreshKind::reused);
  EXPECT_EQ(must(store().refresh(digest("hers too"), digest("x"))).kind, RefreshKind::unknown);
}

TEST_P(AccessStoreContract, NoGraceBringsAnEndedSessionBack) {
  logged_in("ada", "first");
  must(store().refresh(digest("first"), digest("second")));
  must(store().end_session(SessionId("session of ada")));
  EXPECT_EQ(must(store().refresh(digest("first"), digest("third"))).kind, RefreshKind::unknown);
}

TEST_P(AccessStoreContract, AnUnknownOrExpiredRefreshTokenIsUnknown) {
  logged_in("ada", "first");
  EXPECT_EQ(must(store().refresh(digest("guessed"), digest("x"))).kind, RefreshKind::unknown);
  clock().advance(720h);
  EXPECT_EQ(must(store().refresh(digest("first"), digest("second"))).kind, RefreshKind::unknown);
}

TEST_P(AccessStoreContract, AnEndedSessionIsNotRefreshed) {
  logged_in("ada", "first");
  logged_in("bob", "bobs");
  must(store().end_session(SessionId("session of ada")));
  must(store().end_session(SessionId("session of ada")));
  must(store().end_session(SessionId("never was")));
  must(store().end_session_of(digest("bobs")));
  must(store().end_session_of(digest("never was")));
  EXPECT_EQ(must(store().refresh(digest("first"), digest("x"))).kind, RefreshKind::unknown);
  EXPECT_EQ(must(store().refresh(digest("bobs"), digest("y"))).kind, RefreshKind::unknown);
  EXPECT_EQ(must(store().state()).ended_sessions.size(), 2u);
}

TEST_P(AccessStoreContract, ANewPasswordEndsAllSessionsAndNewScopesNone) {
  const User ada = logged_in("ada", "first");
  must(store().change_user(local_tenant, "ada", {.scopes = {}, .groups = {{"x"}}, .password_hash = {}}));
  EXPECT_EQ(must(store().refresh(digest("first"), digest("second"))).kind, RefreshKind::refreshed);
  must(store().change_user(local_tenant, "ada", {.scopes = {}, .groups = {}, .password_hash = "new"}));
  EXPECT_EQ(must(store().refresh(digest("second"), digest("third"))).kind, RefreshKind::unknown);
  EXPECT_TRUE(
      fails_with(ErrorKind::conflict, store().open_session(session_of(ada, "late"), ada.version, digest("late"))));
}

TEST_P(AccessStoreContract, ADeletedUserHasNoSessions) {
  must(store().create_user(new_user("admin")));
  const User ada = logged_in("ada", "first");
  must(store().delete_user(local_tenant, "ada"));
  EXPECT_EQ(must(store().refresh(digest("first"), digest("second"))).kind, RefreshKind::unknown);
  EXPECT_TRUE(
      fails_with(ErrorKind::conflict, store().open_session(session_of(ada, "late"), ada.version, digest("late"))));
}

TEST_P(AccessStoreContract, ALoginIsNotedOnTheUser) {
  logged_in("ada", "first");
  EXPECT_EQ(must(store().user(local_tenant, "ada")).last_login_at, clock().now());
}

TEST_P(AccessStoreContract, ANewSigningKeyRetiresTheOld) {
  must(store().add_signing_key({.id = "a", .seed = std::string(32, 'a')}, true));
  must(store().add_signing_key({.id = "b", .seed = std::string(32, 'b')}, true));
  ASSERT_EQ(must(store().state()).signing_keys.size(), 1u);
  EXPECT_EQ(must(store().state()).signing_keys[0].seed, std::string(32, 'a'));
  clock().advance(1min);
  must(store().add_signing_key({.id = "b", .seed = std::string(32, 'b')}, false));
  const auto keys = must(store().state()).signing_keys;
  ASSERT_EQ(keys.size(), 2u);
  EXPECT_EQ(keys[0].id, "b");
  EXPECT_FALSE(keys[0].retired_at);
  EXPECT_EQ(keys[1].retired_at, clock().now());
}

}  // namespace cairn::testing
