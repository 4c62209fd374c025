#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/access_journal.h"
#include "base/clock.h"
#include "base/result.h"
#include "domain/access.h"
#include "ports/access_store.h"
#include "ports/crypto.h"

namespace cairn {

struct KeyRequest {
  std::string name;
  Scopes scopes;
  std::vector<std::string> groups;
  std::optional<TenantId> tenant;  ///< None: the caller's.
  std::optional<TimePoint> expires_at;
  KeyLimits limits;
};

struct MadeKey {
  ApiKey key;
  std::string secret;  ///< Shown once: it is stored nowhere.
};

/// Keys for programs. Callers need the scope `admin`, which is checked before. Every change is in the audit log, with
/// the caller and its address. Any thread.
class ManageKeys {
 public:
  ManageKeys(AccessStore& store, const Crypto& crypto, const Clock& clock, AccessJournal& journal)
      : store_(store), crypto_(crypto), clock_(clock), journal_(journal) {}

  /// Errors: `invalid`; `forbidden` for another tenant (see may_found_accounts_in); `unauthenticated` for a setup token
  /// that somebody used meanwhile.
  Result<MadeKey> create(const Principal& principal, const KeyRequest& request, std::string_view address) const;

  /// The caller's tenant's, newest first, revoked ones too.
  Result<Page<ApiKey>> list(const Principal& principal, const std::string& cursor, std::size_t limit) const;

  /// Takes effect at once. Errors: `not_found`.
  Result<ApiKey> revoke(const Principal& principal, const KeyId& id, std::string_view address) const;

 private:
  AccessStore& store_;
  const Crypto& crypto_;
  const Clock& clock_;
  AccessJournal& journal_;
};

/// Accounts are made in the caller's own tenant; administrators of the local tenant, who run the store, can make them
/// in others too, which is how a tenant begins. Errors: `invalid` for a bad name, `forbidden`.
Result<TenantId> may_found_accounts_in(const Principal& principal, const std::optional<TenantId>& tenant);

/// Writes down what became of a change, and passes its result on.
template <class T>
Result<T> audited(AccessJournal& journal, AuditEntry entry, Result<T> result) {
  if (!result) entry.outcome = to_string(result.error().kind);
  CAIRN_CHECK(journal.note_now(std::move(entry)));
  return result;
}

}  // namespace cairn
