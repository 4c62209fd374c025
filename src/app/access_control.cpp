#include "app/access_control.h"

namespace cairn {

AccessControl::AccessControl(AccessStore& access_store, const Catalog& catalog, const Crypto& crypto,
                             const Clock& its_clock, const AccessOptions& options)
    : store(access_store),
      clock(its_clock),
      journal(access_store, clock, options.journal),
      limiter(clock),
      quotas(access_store, catalog, clock, journal),
      passwords(crypto, options.passwords),
      keys(access_store, crypto, clock, journal),
      users(access_store, crypto, passwords, journal),
      tenants(access_store, journal) {}

Result<std::unique_ptr<AccessControl>> AccessControl::open(AccessStore& store, const Catalog& catalog,
                                                           const Crypto& crypto, const Clock& clock,
                                                           AccessOptions options) {
  std::unique_ptr<AccessControl> made(new AccessControl(store, catalog, crypto, clock, options));
  CAIRN_TRY(made->authenticator, Authenticator::open(store, crypto, clock, std::move(options.tokens), made->journal));
  made->log_in = std::make_unique<LogIn>(store, crypto, clock, *made->authenticator, made->passwords, made->journal,
                                         options.login);
  return made;
}

}  // namespace cairn
