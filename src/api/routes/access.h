#pragma once

#include "api/routes/route.h"
#include "app/access_control.h"

namespace cairn::routes {

/// /v1/auth/*, /v1/users*, /v1/keys*, /v1/tenants* and /v1/audit. `access` must outlive the table.
void add_access(RouteTable& table, AccessControl& access);

// Its parts.
void add_sessions(RouteTable& table, AccessControl& access);
void add_users(RouteTable& table, AccessControl& access);
void add_keys(RouteTable& table, AccessControl& access);
void add_tenants(RouteTable& table, AccessControl& access);
void add_audit(RouteTable& table, AccessControl& access);

}  // namespace cairn::routes
