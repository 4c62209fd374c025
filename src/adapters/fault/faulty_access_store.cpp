#include "adapters/fault/faulty_access_store.h"

#include "adapters/fault/inject.h"

namespace cairn {

Result<std::uint64_t> FaultyAccessStore::generation() const {
  return inject(*plan_, "access.generation", [&] { return inner_.generation(); });
}

Result<AccessState> FaultyAccessStore::state() const {
  return inject(*plan_, "access.state", [&] { return inner_.state(); });
}

Result<ApiKey> FaultyAccessStore::create_key(const NewKey& wanted) {
  return inject(*plan_, "access.create_key", [&] { return inner_.create_key(wanted); });
}

Result<ApiKey> FaultyAccessStore::key(const TenantId& tenant, const KeyId& id) const {
  return inject(*plan_, "access.key", [&] { return inner_.key(tenant, id); });
}

Result<Page<ApiKey>> FaultyAccessStore::keys(const TenantId& tenant, const std::string& cursor,
                                             std::size_t limit) const {
  return inject(*plan_, "access.keys", [&] { return inner_.keys(tenant, cursor, limit); });
}

Result<ApiKey> FaultyAccessStore::revoke_key(const TenantId& tenant, const KeyId& id) {
  return inject(*plan_, "access.revoke_key", [&] { return inner_.revoke_key(tenant, id); });
}

Result<User> FaultyAccessStore::create_user(const NewUser& wanted) {
  return inject(*plan_, "access.create_user", [&] { return inner_.create_user(wanted); });
}

Result<User> FaultyAccessStore::user(const TenantId& tenant, const std::string& name) const {
  return inject(*plan_, "access.user", [&] { return inner_.user(tenant, name); });
}

Result<Page<User>> FaultyAccessStore::users(const TenantId& tenant, const std::string& cursor,
                                            std::size_t limit) const {
  return inject(*plan_, "access.users", [&] { return inner_.users(tenant, cursor, limit); });
}

Result<User> FaultyAccessStore::change_user(const TenantId& tenant, const std::string& name, const UserChange& change) {
  return inject(*plan_, "access.change_user", [&] { return inner_.change_user(tenant, name, change); });
}

Result<void> FaultyAccessStore::delete_user(const TenantId& tenant, const std::string& name) {
  return inject(*plan_, "access.delete_user", [&] { return inner_.delete_user(tenant, name); });
}

Result<std::optional<PasswordRecord>> FaultyAccessStore::password(const TenantId& tenant,
                                                                  const std::string& name) const {
  return inject(*plan_, "access.password", [&] { return inner_.password(tenant, name); });
}

Result<void> FaultyAccessStore::open_session(const Session& session, std::uint64_t version,
                                             const Digest& refresh_token) {
  return inject(*plan_, "access.open_session", [&] { return inner_.open_session(session, version, refresh_token); });
}

Result<RefreshOutcome> FaultyAccessStore::refresh(const Digest& used, const Digest& next) {
  return inject(*plan_, "access.refresh", [&] { return inner_.refresh(used, next); });
}

Result<void> FaultyAccessStore::end_session(const SessionId& session) {
  return inject(*plan_, "access.end_session", [&] { return inner_.end_session(session); });
}

Result<void> FaultyAccessStore::end_session_of(const Digest& refresh_token) {
  return inject(*plan_, "access.end_session_of", [&] { return inner_.end_session_of(refresh_token); });
}

Result<void> FaultyAccessStore::add_signing_key(const SigningKey& key, bool first_only) {
  return inject(*plan_, "access.add_signing_key", [&] { return inner_.add_signing_key(key, first_only); });
}

Result<void> FaultyAccessStore::set_setup_token(const SetupToken& token) {
  return inject(*plan_, "access.set_setup_token", [&] { return inner_.set_setup_token(token); });
}

Result<void> FaultyAccessStore::note(const std::vector<AuditEntry>& entries, const std::vector<KeyUse>& uses) {
  return inject(*plan_, "access.note", [&] { return inner_.note(entries, uses); });
}

Result<Page<AuditEntry>> FaultyAccessStore::audit(const AuditFilter& filter) const {
  return inject(*plan_, "access.audit", [&] { return inner_.audit(filter); });
}

Result<std::vector<KeyUse>> FaultyAccessStore::key_uses(std::int64_t day) const {
  return inject(*plan_, "access.key_uses", [&] { return inner_.key_uses(day); });
}

Result<TenantQuota> FaultyAccessStore::quota(const TenantId& tenant) const {
  return inject(*plan_, "access.quota", [&] { return inner_.quota(tenant); });
}

Result<void> FaultyAccessStore::set_quota(const TenantId& tenant, const TenantQuota& quota) {
  return inject(*plan_, "access.set_quota", [&] { return inner_.set_quota(tenant, quota); });
}

Result<std::uint64_t> FaultyAccessStore::prune(std::chrono::milliseconds audit_age) {
  return inject(*plan_, "access.prune", [&] { return inner_.prune(audit_age); });
}

Result<void> FaultyAccessStore::copy_to(const std::string& path) const {
  return inject(*plan_, "access.copy_to", [&] { return inner_.copy_to(path); });
}

}  // namespace cairn
