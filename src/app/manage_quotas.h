#pragma once

#include <string_view>

#include "app/access_journal.h"
#include "domain/access.h"
#include "ports/access_store.h"

namespace cairn {

/// What tenants may store. Callers need the scope `admin`, which is checked before. Servers heed a change within
/// seconds. Every change is in the audit log of the caller's tenant. Any thread.
class ManageQuotas {
 public:
  ManageQuotas(AccessStore& store, AccessJournal& journal) : store_(store), journal_(journal) {}

  /// Errors: `invalid` for no name of a tenant, `not_found` for another tenant than the caller's, unless it runs the
  /// server. A tenant that is not known has no limit.
  Result<TenantQuota> find(const Principal& principal, const TenantId& tenant) const;

  /// Errors: `invalid`, `forbidden` for who does not run the server.
  Result<TenantQuota> set(const Principal& principal, const TenantId& tenant, const TenantQuota& quota,
                          std::string_view address) const;

 private:
  AccessStore& store_;
  AccessJournal& journal_;
};

}  // namespace cairn
