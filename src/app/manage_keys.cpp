#include "app/manage_keys.h"

#include "app/secrets.h"

namespace cairn {
namespace {

constexpr std::size_t shown_prefix = 12;  ///< "cairn_" and six characters more: enough to recognise, too few to guess.

Result<void> check(const KeyRequest& request, TimePoint now) {
  CAIRN_CHECK(check_key_name(request.name));
  CAIRN_CHECK(check_scopes(request.scopes));
  CAIRN_CHECK(check_groups(request.groups));
  if (request.expires_at && *request.expires_at <= now)
    return fail(ErrorKind::invalid,
                "a key must expire in the future; leave expires_at out for one that does not expire");
  return {};
}

}  // namespace

Result<TenantId> may_found_accounts_in(const Principal& principal, const std::optional<TenantId>& tenant) {
  if (!tenant || *tenant == principal.tenant) return principal.tenant;
  CAIRN_CHECK(check_account_name("tenant", tenant->value()));
  if (may_operate(principal)) return *tenant;
  return fail(ErrorKind::forbidden, "accounts can be made in your own tenant only: leave the tenant out");
}

Result<MadeKey> ManageKeys::create(const Principal& principal, const KeyRequest& request,
                                   std::string_view address) const {
  CAIRN_CHECK(check(request, clock_.now()));
  CAIRN_TRY(const TenantId tenant, may_found_accounts_in(principal, request.tenant));
  MadeKey made;
  made.secret = new_secret(crypto_, api_key_prefix);
  made.key.id = KeyId(new_id(crypto_));
  made.key.tenant = tenant;
  made.key.name = request.name;
  made.key.prefix = made.secret.substr(0, shown_prefix);
  made.key.scopes = request.scopes;
  made.key.groups = request.groups;
  made.key.limits = request.limits;
  made.key.created_by = actor_of(principal);
  made.key.expires_at = request.expires_at;
  AuditEntry entry = audit_entry(principal, "key.create", "key:" + made.key.id.value(), address, "ok");
  const bool first_only = principal.credential == CredentialKind::setup;
  CAIRN_TRY(made.key, audited(journal_, std::move(entry),
                              store_.create_key({made.key, hash_of_secret(made.secret), first_only})));
  return made;
}

Result<Page<ApiKey>> ManageKeys::list(const Principal& principal, const std::string& cursor, std::size_t limit) const {
  return store_.keys(principal.tenant, cursor, limit);
}

Result<ApiKey> ManageKeys::revoke(const Principal& principal, const KeyId& id, std::string_view address) const {
  AuditEntry entry = audit_entry(principal, "key.revoke", "key:" + id.value(), address, "ok");
  return audited(journal_, std::move(entry), store_.revoke_key(principal.tenant, id));
}

}  // namespace cairn
