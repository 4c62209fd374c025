#pragma once

#include "sql/access_rows.h"

namespace cairn::sql {

// Keys and users: the functions behind the methods of the same names of ports/access_store.h.

Result<std::uint64_t> read_generation(Connection& db);
Result<AccessState> read_access_state(Connection& db);

Result<ApiKey> create_key(const AccessWrite& write, const NewKey& wanted);
Result<ApiKey> find_key(Connection& db, const TenantId& tenant, const KeyId& id);
Result<Page<ApiKey>> list_keys(Connection& db, const TenantId& tenant, const std::string& cursor, std::size_t limit);
Result<ApiKey> revoke_key(const AccessWrite& write, const TenantId& tenant, const KeyId& id);

Result<User> create_user(const AccessWrite& write, const NewUser& wanted);
Result<User> find_user(Connection& db, const TenantId& tenant, const std::string& name);
Result<Page<User>> list_users(Connection& db, const TenantId& tenant, const std::string& cursor, std::size_t limit);
Result<User> change_user(const AccessWrite& write, const TenantId& tenant, const std::string& name,
                         const UserChange& change);
Result<void> delete_user(const AccessWrite& write, const TenantId& tenant, const std::string& name);
Result<std::optional<PasswordRecord>> find_password(Connection& db, const TenantId& tenant, const std::string& name);

}  // namespace cairn::sql
