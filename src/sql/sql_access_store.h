#pragma once

#include <string>
#include <utility>
#include <vector>

#include "ports/access_store.h"
#include "sql/access_accounts.h"
#include "sql/access_notes.h"
#include "sql/access_sessions.h"

namespace cairn::sql {

/// The methods of AccessStore, each one transaction around the function of the same name in this folder. `Transactions`
/// is what an adapter brings: read(work) const and write(work) as for SqlCatalog, but with an AccessWrite, and
/// generation() const and copy_to(path) const as in AccessStore.
template <class Transactions>
class SqlAccessStore final : public AccessStore {
 public:
  template <class... Arguments>
  explicit SqlAccessStore(Arguments&&... arguments) : transactions_(std::forward<Arguments>(arguments)...) {}

  Result<std::uint64_t> generation() const override { return transactions_.generation(); }
  Result<AccessState> state() const override {
    return transactions_.read([&](Connection& db) { return read_access_state(db); });
  }

  Result<ApiKey> create_key(const NewKey& wanted) override {
    return transactions_.write([&](const AccessWrite& context) { return sql::create_key(context, wanted); });
  }
  Result<ApiKey> key(const TenantId& tenant, const KeyId& id) const override {
    return transactions_.read([&](Connection& db) { return find_key(db, tenant, id); });
  }
  Result<Page<ApiKey>> keys(const TenantId& tenant, const std::string& cursor, std::size_t limit) const override {
    return transactions_.read([&](Connection& db) { return list_keys(db, tenant, cursor, limit); });
  }
  Result<ApiKey> revoke_key(const TenantId& tenant, const KeyId& id) override {
    return transactions_.write([&](const AccessWrite& context) { return sql::revoke_key(context, tenant, id); });
  }

  Result<User> create_user(const NewUser& wanted) override {
    return transactions_.write([&](const AccessWrite& context) { return sql::create_user(context, wanted); });
  }
  Result<User> user(const TenantId& tenant, const std::string& name) const override {
    return transactions_.read([&](Connection& db) { return find_user(db, tenant, name); });
  }
  Result<Page<User>> users(const TenantId& tenant, const std::string& cursor, std::size_t limit) const override {
    return transactions_.read([&](Connection& db) { return list_users(db, tenant, cursor, limit); });
  }
  Result<User> change_user(const TenantId& tenant, const std::string& name, const UserChange& change) override {
    return transactions_.write(
        [&](const AccessWrite& context) { return sql::change_user(context, tenant, name, change); });
  }
  Result<void> delete_user(const TenantId& tenant, const std::string& name) override {
    return transactions_.write([&](const AccessWrite& context) { return sql::delete_user(context, tenant, name); });
  }
  Result<std::optional<PasswordRecord>> password(const TenantId& tenant, const std::string& name) const override {
    return transactions_.read([&](Connection& db) { return find_password(db, tenant, name); });
  }

  Result<void> open_session(const Session& session, std::uint64_t version, const Digest& refresh_token) override {
    return transactions_.write(
        [&](const AccessWrite& context) { return sql::open_session(context, session, version, refresh_token); });
  }
  Result<RefreshOutcome> refresh(const Digest& used, const Digest& next) override {
    return transactions_.write([&](const AccessWrite& context) { return sql::refresh(context, used, next); });
  }
  Result<void> end_session(const SessionId& session) override {
    return transactions_.write([&](const AccessWrite& context) { return sql::end_session(context, session); });
  }
  Result<void> end_session_of(const Digest& refresh_token) override {
    return transactions_.write([&](const AccessWrite& context) { return sql::end_session_of(context, refresh_token); });
  }

  Result<void> add_signing_key(const SigningKey& key, bool first_only) override {
    return transactions_.write(
        [&](const AccessWrite& context) { return sql::add_signing_key(context, key, first_only); });
  }
  Result<void> set_setup_token(const SetupToken& token) override {
    return transactions_.write([&](const AccessWrite& context) { return sql::set_setup_token(context, token); });
  }

  Result<void> note(const std::vector<AuditEntry>& entries, const std::vector<KeyUse>& uses) override {
    return transactions_.write([&](const AccessWrite& context) { return sql::note(context, entries, uses); });
  }
  Result<Page<AuditEntry>> audit(const AuditFilter& filter) const override {
    return transactions_.read([&](Connection& db) { return list_audit(db, filter); });
  }
  Result<std::vector<KeyUse>> key_uses(std::int64_t day) const override {
    return transactions_.read([&](Connection& db) { return list_key_uses(db, day); });
  }
  Result<TenantQuota> quota(const TenantId& tenant) const override {
    return transactions_.read([&](Connection& db) { return find_quota(db, tenant); });
  }
  Result<void> set_quota(const TenantId& tenant, const TenantQuota& quota) override {
    return transactions_.write([&](const AccessWrite& context) { return sql::set_quota(context, tenant, quota); });
  }
  Result<std::uint64_t> prune(std::chrono::milliseconds audit_age) override {
    return transactions_.write([&](const AccessWrite& context) { return prune_access(context, audit_age); });
  }
  Result<void> copy_to(const std::string& path) const override { return transactions_.copy_to(path); }

 private:
  Transactions transactions_;
};

}  // namespace cairn::sql
