#pragma once

#include <memory>

#include "app/access_journal.h"
#include "app/authenticate.h"
#include "app/log_in.h"
#include "app/manage_keys.h"
#include "app/manage_quotas.h"
#include "app/manage_users.h"
#include "app/passwords.h"
#include "app/quotas.h"
#include "app/rate_limiter.h"

namespace cairn {

struct AccessOptions {
  TokenOptions tokens;
  PasswordOptions passwords;
  LoginOptions login;
  JournalOptions journal;
};

/// Everything about who may do what, of one process. Its parts can be used from any thread.
class AccessControl {
 public:
  /// All references must outlive it. Errors: those of Authenticator::open.
  static Result<std::unique_ptr<AccessControl>> open(AccessStore& store, const Catalog& catalog, const Crypto& crypto,
                                                     const Clock& clock, AccessOptions options);

  AccessStore& store;
  const Clock& clock;
  AccessJournal journal;
  std::unique_ptr<Authenticator> authenticator;
  RateLimiter limiter;
  Quotas quotas;
  Passwords passwords;
  std::unique_ptr<LogIn> log_in;
  ManageKeys keys;
  ManageUsers users;
  ManageQuotas tenants;

 private:
  AccessControl(AccessStore& access_store, const Catalog& catalog, const Crypto& crypto, const Clock& clock,
                const AccessOptions& options);
};

}  // namespace cairn
