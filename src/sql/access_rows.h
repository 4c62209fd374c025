#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/sha256.h"
#include "ports/access_store.h"
#include "sql/connection.h"
#include "sql/rows.h"

namespace cairn::sql {

/// What a change of the access store works with, inside one transaction.
struct AccessWrite {
  Connection& db;
  TimePoint now;
};

// The columns that the functions below read, in their order.
#define CAIRN_KEY_COLUMNS                                                                                    \
  "id, tenant, name, prefix, scopes, groups, requests_per_minute, burst, documents_per_day, bytes_per_day, " \
  "created_by, created_at, expires_at, revoked_at, last_used_at"
#define CAIRN_USER_COLUMNS \
  "id, tenant, name, scopes, groups, version, created_by, created_at, updated_at, last_login_at"

// These take the row by reference, so that what follows can be read after them.
ApiKey read_key(Row& row);
User read_user(Row& row);

BinaryValue stored(const Digest& digest);
Digest to_digest(std::string_view bytes);
std::string stored_groups(const std::vector<std::string>& groups);

/// Notes that callers may be recognised differently from now on.
Result<void> advance_generation(const AccessWrite& write);

/// Whether there ever was a key or a user.
Result<bool> is_claimed(Connection& db);

/// Notes that there is a key or user now. With `first_only`: `unauthenticated` when there was one before.
Result<void> claim_store(const AccessWrite& write, bool first_only);

Result<void> check_limit(std::size_t limit);

}  // namespace cairn::sql
