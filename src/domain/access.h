#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "domain/ids.h"
#include "domain/principal.h"

namespace cairn {

using KeyId = StrongId<struct KeyTag>;          ///< 16 lower-case hexadecimal digits; says nothing about the secret.
using UserId = StrongId<struct UserTag>;        ///< Likewise; a name may be used again, an id never is.
using SessionId = StrongId<struct SessionTag>;  ///< One login, with all tokens that come from it.

/// A key for programs. Its secret is shown once and kept only as a hash.
struct ApiKey {
  KeyId id;
  TenantId tenant = local_tenant;
  std::string name;    ///< What it is for; need not be unique.
  std::string prefix;  ///< The first characters of the secret, to recognise it.
  Scopes scopes;
  std::vector<std::string> groups;  ///< Bare names: "finance".
  KeyLimits limits;
  std::string created_by;
  TimePoint created_at{};
  std::optional<TimePoint> expires_at, revoked_at, last_used_at;
};

/// A person with a password.
struct User {
  UserId id;
  TenantId tenant = local_tenant;
  std::string name;  ///< Unique in its tenant.
  Scopes scopes;
  std::vector<std::string> groups;
  std::uint64_t version = 1;  ///< Grows with each change; access tokens of an older one are refused.
  std::string created_by;
  TimePoint created_at{}, updated_at{};
  std::optional<TimePoint> last_login_at;
};

struct Session {
  SessionId id;
  UserId user;
  TimePoint created_at{}, expires_at{};
};

/// What signs access tokens. A retired one still verifies those that it signed.
struct SigningKey {
  std::string id;
  std::string seed;  ///< 32 bytes, secret.
  TimePoint created_at{};
  std::optional<TimePoint> retired_at;
};

/// One line of the audit log: who did what to which object, when, from where, and with which result.
struct AuditEntry {
  std::uint64_t number = 0;  ///< Grows; filled in by the store.
  TimePoint at{};
  TenantId tenant = local_tenant;
  std::string actor;    ///< "user:ada", "key:<id>", "local"; empty: nobody that is known.
  std::string action;   ///< "key.create", "user.login", …
  std::string object;   ///< "key:<id>", "user:ada", "document:<id>"; may be empty.
  std::string address;  ///< Of the peer; empty: not over the network.
  std::string outcome;  ///< "ok", or the kind of the error.
};

/// What a tenant may store in all; 0: no limit.
struct TenantQuota {
  std::uint64_t max_documents = 0, max_bytes = 0;

  bool operator==(const TenantQuota&) const = default;
};

/// How an actor stands in the audit log.
std::string actor_of(const Principal& principal);

/// Errors: `invalid`, with what is allowed. Names of users, tenants and groups are 1 to 64 bytes of letters, digits and
/// "._@+-", and start with a letter or digit, so that they can stand in ACLs, paths and logs as they are; those of keys
/// are for people: 1 to 128 code points without control characters.
Result<void> check_account_name(std::string_view what, std::string_view name);
Result<void> check_key_name(std::string_view name);
Result<void> check_groups(const std::vector<std::string>& groups);
Result<void> check_scopes(Scopes scopes);

/// From the API's names. Errors: `invalid`.
Result<Scopes> parse_scopes(const std::vector<std::string>& names);
std::vector<std::string> to_names(Scopes scopes);

/// The groups of an account as they stand in ACLs: "group:…", and "user:…" for a person.
std::vector<std::string> acl_names(const std::vector<std::string>& groups, std::string_view user);

/// Whether the principal may see what has this ACL, in its own tenant.
bool may_see(const Principal& principal, const std::vector<std::string>& acl);

/// Whether the principal administers all of the server, and not only its own tenant.
bool may_operate(const Principal& principal);

/// `text` for a log: control characters replaced by '?', ill-formed UTF-8 by U+FFFD, cut after `max_bytes`.
std::string harmless(std::string_view text, std::size_t max_bytes);

}  // namespace cairn
