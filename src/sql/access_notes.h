#pragma once

#include "sql/access_rows.h"

namespace cairn::sql {

// The audit log, use and quotas: the functions behind the methods of the same names of ports/access_store.h.

Result<void> note(const AccessWrite& write, const std::vector<AuditEntry>& entries, const std::vector<KeyUse>& uses);
Result<Page<AuditEntry>> list_audit(Connection& db, const AuditFilter& filter);
Result<std::vector<KeyUse>> list_key_uses(Connection& db, std::int64_t day);
Result<TenantQuota> find_quota(Connection& db, const TenantId& tenant);
Result<void> set_quota(const AccessWrite& write, const TenantId& tenant, const TenantQuota& quota);
Result<std::uint64_t> prune_access(const AccessWrite& write, std::chrono::milliseconds audit_age);

}  // namespace cairn::sql
