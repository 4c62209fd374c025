#pragma once

#include <memory>

#include "adapters/fault/fault_plan.h"
#include "ports/access_store.h"

namespace cairn {

/// An access store whose calls go wrong now and then: before they did anything, or after, with the acknowledgement
/// lost.
class FaultyAccessStore final : public AccessStore {
 public:
  /// `inner` must outlive this store.
  FaultyAccessStore(AccessStore& inner, std::shared_ptr<FaultPlan> plan) : inner_(inner), plan_(std::move(plan)) {}

  Result<std::uint64_t> generation() const override;
  Result<AccessState> state() const override;
  Result<ApiKey> create_key(const NewKey& wanted) override;
  Result<ApiKey> key(const TenantId& tenant, const KeyId& id) const override;
  Result<Page<ApiKey>> keys(const TenantId& tenant, const std::string& cursor, std::size_t limit) const override;
  Result<ApiKey> revoke_key(const TenantId& tenant, const KeyId& id) override;
  Result<User> create_user(const NewUser& wanted) override;
  Result<User> user(const TenantId& tenant, const std::string& name) const override;
  Result<Page<User>> users(const TenantId& tenant, const std::string& cursor, std::size_t limit) const override;
  Result<User> change_user(const TenantId& tenant, const std::string& name, const UserChange& change) override;
  Result<void> delete_user(const TenantId& tenant, const std::string& name) override;
  Result<std::optional<PasswordRecord>> password(const TenantId& tenant, const std::string& name) const override;
  Result<void> open_session(const Session& session, std::uint64_t version, const Digest& refresh_token) override;
  Result<RefreshOutcome> refresh(const Digest& used, const Digest& next) override;
  Result<void> end_session(const SessionId& session) override;
  Result<void> end_session_of(const Digest& refresh_token) override;
  Result<void> add_signing_key(const SigningKey& key, bool first_only) override;
  Result<void> set_setup_token(const SetupToken& token) override;
  Result<void> note(const std::vector<AuditEntry>& entries, const std::vector<KeyUse>& uses) override;
  Result<Page<AuditEntry>> audit(const AuditFilter& filter) const override;
  Result<std::vector<KeyUse>> key_uses(std::int64_t day) const override;
  Result<TenantQuota> quota(const TenantId& tenant) const override;
  Result<void> set_quota(const TenantId& tenant, const TenantQuota& quota) override;
  Result<std::uint64_t> prune(std::chrono::milliseconds audit_age) override;
  Result<void> copy_to(const std::string& path) const override;

 private:
  AccessStore& inner_;
  std::shared_ptr<FaultPlan> plan_;
};

}  // namespace cairn
