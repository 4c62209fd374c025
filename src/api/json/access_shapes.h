#pragma once

#include <string>
#include <vector>

#include "api/json/shape.h"
#include "domain/access.h"

namespace cairn {

// The API's objects about access, as HTTP and `cairn keys --json` print them. Names and order are a contract.
const Shape<ApiKey>& key_shape();
const Shape<User>& user_shape();
const Shape<AuditEntry>& audit_entry_shape();
const Shape<Principal>& principal_shape();
const Shape<KeyLimits>& key_limits_shape();      ///< Also read.
const Shape<Scopes>& scopes_shape();             ///< Also read.
const Shape<TenantQuota>& tenant_quota_shape();  ///< Also read.

/// Names of users and tenants, as check_account_name() has them; also read.
Shape<std::string> account_name_shape();
Shape<std::vector<std::string>> groups_shape();  ///< Also read.

inline Json to_json(const ApiKey& key) { return to_json(key_shape(), key); }
inline Json to_json(const User& user) { return to_json(user_shape(), user); }
inline Json to_json(const AuditEntry& entry) { return to_json(audit_entry_shape(), entry); }

}  // namespace cairn
