#include "app/manage_users.h"

#include "app/manage_keys.h"
#include "app/secrets.h"

namespace cairn {

Result<User> ManageUsers::create(const Principal& principal, const UserRequest& request,
                                 std::string_view address) const {
  CAIRN_CHECK(check_account_name("user", request.name));
  CAIRN_CHECK(check_scopes(request.scopes));
  CAIRN_CHECK(check_groups(request.groups));
  CAIRN_TRY(const TenantId tenant, may_found_accounts_in(principal, request.tenant));
  NewUser wanted;
  wanted.user.id = UserId(new_id(crypto_));
  wanted.user.tenant = tenant;
  wanted.user.name = request.name;
  wanted.user.scopes = request.scopes;
  wanted.user.groups = request.groups;
  wanted.user.created_by = actor_of(principal);
  wanted.first_only = principal.credential == CredentialKind::setup;
  CAIRN_TRY(wanted.password_hash, passwords_.hash(request.password));
  return audited(journal_, audit_entry(principal, "user.create", "user:" + request.name, address, "ok"),
                 store_.create_user(wanted));
}

Result<User> ManageUsers::find(const Principal& principal, const std::string& name) const {
  return store_.user(principal.tenant, name);
}

Result<Page<User>> ManageUsers::list(const Principal& principal, const std::string& cursor, std::size_t limit) const {
  return store_.users(principal.tenant, cursor, limit);
}

Result<User> ManageUsers::change(const Principal& principal, const std::string& name, const UserPatch& patch,
                                 std::string_view address) const {
  if (patch.scopes) CAIRN_CHECK(check_scopes(*patch.scopes));
  if (patch.groups) CAIRN_CHECK(check_groups(*patch.groups));
  CAIRN_TRY(const User user, store_.user(principal.tenant, name));
  UserChange change{.scopes = patch.scopes, .groups = patch.groups, .password_hash = {}};
  if (patch.password) { CAIRN_TRY(change.password_hash, passwords_.hash(*patch.password)); }
  return audited(journal_, audit_entry(principal, "user.change", "user:" + user.name, address, "ok"),
                 store_.change_user(principal.tenant, name, change));
}

Result<void> ManageUsers::remove(const Principal& principal, const std::string& name, std::string_view address) const {
  CAIRN_TRY(const User user, store_.user(principal.tenant, name));
  return audited(journal_, audit_entry(principal, "user.delete", "user:" + user.name, address, "ok"),
                 store_.delete_user(principal.tenant, name));
}

}  // namespace cairn
