#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "contract/expect_result.h"
#include "contract/manual_clock.h"
#include "ports/access_store.h"

namespace cairn::testing {

using namespace std::chrono_literals;

/// An access store under test, its clock, and whatever it needs to live.
class AccessStoreHarness {
 public:
  virtual ~AccessStoreHarness() = default;
  virtual AccessStore& store() = 0;
  virtual ManualClock& clock() = 0;
  /// Another process on the same data, as far as that can be had in one. It lives as long as the harness.
  virtual AccessStore& other() = 0;
  /// Closes the store and opens it again on the same data.
  virtual void reopen() = 0;
};

using MakeAccessStore = std::function<std::unique_ptr<AccessStoreHarness>()>;

/// Every promise of ports/access_store.h. An adapter's test instantiates it with how to make one. The tests are in the
/// files contract/access_*_contract.h.
class AccessStoreContract : public ::testing::TestWithParam<MakeAccessStore> {
 protected:
  std::unique_ptr<AccessStoreHarness> harness = GetParam()();

  AccessStore& store() { return harness->store(); }
  ManualClock& clock() { return harness->clock(); }

  static Digest digest(const std::string& text) { return Sha256::of(as_bytes(text)); }

  static NewKey new_key(const std::string& id, const TenantId& tenant = local_tenant) {
    NewKey wanted;
    wanted.key.id = KeyId(id);
    wanted.key.tenant = tenant;
    wanted.key.name = "for " + id;
    wanted.key.prefix = "cairn_" + id;
    wanted.key.scopes = {Scope::query, Scope::ingest};
    wanted.key.groups = {"finance", "board"};
    wanted.key.limits = {.requests_per_minute = 60, .burst = 5, .documents_per_day = 10, .bytes_per_day = 1000};
    wanted.key.created_by = "local";
    wanted.hash = digest("secret of " + id);
    return wanted;
  }

  static NewUser new_user(const std::string& name, Scopes scopes = {Scope::admin},
                          const TenantId& tenant = local_tenant) {
    NewUser wanted;
    wanted.user.id = UserId("id of " + tenant.value() + "/" + name);
    wanted.user.tenant = tenant;
    wanted.user.name = name;
    wanted.user.scopes = scopes;
    wanted.user.groups = {"staff"};
    wanted.user.created_by = "local";
    wanted.password_hash = "hash of " + name;
    return wanted;
  }

  Session session_of(const User& user, const std::string& id) {
    return {.id = SessionId(id), .user = user.id, .created_at = clock().now(), .expires_at = clock().now() + 720h};
  }

  /// A user with a session whose refresh token is `token`.
  User logged_in(const std::string& name, const std::string& token) {
    const User user = must(store().create_user(new_user(name)));
    must(store().open_session(session_of(user, "session of " + name), user.version, digest(token)));
    return user;
  }

  /// Whether the generation differs from `before`.
  bool changed_since(std::uint64_t before) { return must(store().generation()) != before; }
};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(AccessStoreContract);

}  // namespace cairn::testing

#include "contract/access_accounts_contract.h"
#include "contract/access_notes_contract.h"
#include "contract/access_sessions_contract.h"
