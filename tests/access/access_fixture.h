#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "adapters/sodium/sodium_crypto.h"
#include "adapters/sqlite/access_store.h"
#include "adapters/sqlite/sqlite_catalog.h"
#include "app/access_control.h"
#include "contract/expect_result.h"
#include "contract/manual_clock.h"
#include "contract/temporary_folder.h"

namespace cairn::testing {

using namespace std::chrono_literals;

/// Access control over a store in a folder of its own, with passwords that cost next to nothing.
class AccessFixture : public ::testing::Test {
 protected:
  AccessFixture() { open(); }

  virtual AccessOptions options() const { return {}; }

  void open() {
    access.reset();
    catalog.reset();
    store.reset();
    crypto = must(open_sodium_crypto({.passes = 1, .memory_bytes = 8192}));
    store = must(open_sqlite_access_store({.folder = folder.path(), .clock = &clock}));
    catalog = must(open_sqlite_catalog({.folder = folder.path(), .access = SqliteAccess::write, .clock = &clock}));
    access = must(AccessControl::open(*store, *catalog, *crypto, clock, options()));
  }

  /// A request from another machine.
  Result<Principal> authenticate(const std::string& token) const {
    const std::string header = "Bearer " + token;
    return access->authenticator->authenticate({.authorization = header, .host = "cairn.example"});
  }

  MadeKey make_key(KeyRequest request, const Principal& by = {}) const {
    if (request.name.empty()) request.name = "test";
    if (request.scopes.empty()) request.scopes = {Scope::query};
    return must(access->keys.create(by, request, ""));
  }

  User make_user(const std::string& name, Scopes scopes = {Scope::admin}, const TenantId& tenant = local_tenant) const {
    return must(access->users.create(
        {}, {.name = name, .password = password, .scopes = scopes, .groups = {}, .tenant = tenant}, ""));
  }

  Result<Tokens> log_in(const std::string& name, const std::string& with,
                        const std::string& address = "192.0.2.1") const {
    return access->log_in->log_in(name, with, address);
  }

  const std::string password = "correct horse battery";
  TemporaryFolder folder;
  ManualClock clock;
  std::unique_ptr<Crypto> crypto;
  std::unique_ptr<AccessStore> store;
  std::unique_ptr<Catalog> catalog;
  std::unique_ptr<AccessControl> access;
};

}  // namespace cairn::testing
