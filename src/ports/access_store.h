#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/sha256.h"
#include "domain/access.h"
#include "ports/catalog.h"

namespace cairn {

/// The one-time token that lets a first administrator in.
struct SetupToken {
  Digest hash{};
  TimePoint expires_at{};
};

/// Everything that a caller is recognised by, at one moment.
struct AccessState {
  struct Key {
    ApiKey key;
    Digest hash{};
  };
  std::uint64_t generation = 0;
  bool claimed = false;   ///< Whether there ever was a key or a user.
  std::vector<Key> keys;  ///< Those that are not revoked; expired ones too.
  std::vector<User> users;
  std::vector<SessionId> ended_sessions;  ///< Of users that are there, as long as an access token of theirs may live.
  std::vector<SigningKey> signing_keys;   ///< Newest first.
  std::optional<SetupToken> setup;
};

struct NewKey {
  ApiKey key;  ///< `id`, `prefix` and what a caller chooses; the times are filled in.
  Digest hash{};
  bool first_only = false;  ///< `unauthenticated` when there ever was a key or user: for whoever came by setup token.
};

struct NewUser {
  User user;  ///< `id` and what a caller chooses; version and times are filled in.
  std::string password_hash;
  bool first_only = false;  ///< As for keys.
};

/// What is to change of a user; what is empty stays.
struct UserChange {
  std::optional<Scopes> scopes;
  std::optional<std::vector<std::string>> groups;
  std::optional<std::string> password_hash;  ///< Ends the user's sessions.
};

struct PasswordRecord {
  User user;
  std::string password_hash;
};

/// How long a refresh token that was used up is still exchanged: two windows of one browser may use it at once.
constexpr std::chrono::seconds refresh_grace{10};

/// What became of a refresh token.
struct RefreshOutcome {
  enum class Kind {
    refreshed,
    unknown,  ///< Never issued, expired, or its session has ended.
    reused,   ///< Used up longer than `refresh_grace` ago: its session has been ended, for somebody is a thief.
  };
  Kind kind = Kind::unknown;
  Session session;  ///< Set unless unknown; likewise:
  User user;
};

/// Use of a key since the last note.
struct KeyUse {
  KeyId key;
  TimePoint last_used_at{};
  std::int64_t day = 0;  ///< Days since 1970 in UTC that the amounts belong to.
  std::uint64_t documents = 0, bytes = 0;
};

struct AuditFilter {
  TenantId tenant;
  std::string actor, action;  ///< Empty: any.
  std::string cursor;
  std::size_t limit = 50;
};

/// Keys, users, sessions and the audit log. Every method is atomic, durable when it returns, and may be called from any
/// thread, also while other processes use the same store. Common errors: `unavailable` (locked too long, disk full),
/// `corrupt`. Methods marked (retry) may be repeated after an `unavailable`. What is in another tenant is `not_found`.
class AccessStore {
 public:
  virtual ~AccessStore() = default;

  /// Differs whenever state() may differ from what it was, also after changes by other processes. Costs about a system
  /// call, so it can be asked for every request.
  virtual Result<std::uint64_t> generation() const = 0;
  virtual Result<AccessState> state() const = 0;

  // Keys.

  /// Errors: `conflict` when the id or hash is there already.
  virtual Result<ApiKey> create_key(const NewKey& wanted) = 0;
  virtual Result<ApiKey> key(const TenantId& tenant, const KeyId& id) const = 0;  ///< `not_found`.

  /// Newest first, revoked ones too. `invalid` for a foreign cursor or a limit of 0.
  virtual Result<Page<ApiKey>> keys(const TenantId& tenant, const std::string& cursor, std::size_t limit) const = 0;

  /// From now on the key is not recognised. Errors: `not_found`. Nothing changes for one that is revoked. (retry)
  virtual Result<ApiKey> revoke_key(const TenantId& tenant, const KeyId& id) = 0;

  // Users.

  virtual Result<User> create_user(const NewUser& wanted) = 0;                           ///< `conflict`: name taken.
  virtual Result<User> user(const TenantId& tenant, const std::string& name) const = 0;  ///< `not_found`.
  virtual Result<Page<User>> users(const TenantId& tenant, const std::string& cursor, std::size_t limit) const = 0;

  /// Errors: `not_found`, `conflict` when no user of the tenant would have the scope `admin` any more. (retry)
  virtual Result<User> change_user(const TenantId& tenant, const std::string& name, const UserChange& change) = 0;
  virtual Result<void> delete_user(const TenantId& tenant, const std::string& name) = 0;  ///< As change_user.

  /// Nothing when there is no such user, so that a caller can go on as if there were.
  virtual Result<std::optional<PasswordRecord>> password(const TenantId& tenant, const std::string& name) const = 0;

  // Sessions.

  /// Opens the session with its first refresh token, and notes the login. `version` is the user's as the password was
  /// checked. Errors: `conflict` when the user was changed or deleted since.
  virtual Result<void> open_session(const Session& session, std::uint64_t version, const Digest& refresh_token) = 0;

  /// Exchanges a refresh token for a new one of the same session. That uses up the token and all others of the session
  /// that were not used yet; each is still exchanged within `refresh_grace` from then on. So whoever holds on to one of
  /// several tokens that were handed out in such a moment is found out like any other who uses an old one.
  virtual Result<RefreshOutcome> refresh(const Digest& used, const Digest& next) = 0;

  /// Its tokens are refused from now on. Nothing happens when it has ended or never was. (retry)
  virtual Result<void> end_session(const SessionId& session) = 0;
  virtual Result<void> end_session_of(const Digest& refresh_token) = 0;  ///< (retry)

  // Secrets of the store itself.

  /// Makes it the one that signs; the others are retired. With `first_only` nothing happens when there is one.
  virtual Result<void> add_signing_key(const SigningKey& key, bool first_only) = 0;

  /// Replaces the setup token. Errors: `conflict` when there ever was a key or user.
  virtual Result<void> set_setup_token(const SetupToken& token) = 0;

  // Notes.

  /// Adds to the audit log and to the use of keys. Uses of keys that are gone are dropped.
  virtual Result<void> note(const std::vector<AuditEntry>& entries, const std::vector<KeyUse>& uses) = 0;
  virtual Result<Page<AuditEntry>> audit(const AuditFilter& filter) const = 0;  ///< Newest first; as keys().

  /// What keys used on that day.
  virtual Result<std::vector<KeyUse>> key_uses(std::int64_t day) const = 0;

  virtual Result<TenantQuota> quota(const TenantId& tenant) const = 0;                   ///< None when never set.
  virtual Result<void> set_quota(const TenantId& tenant, const TenantQuota& quota) = 0;  ///< (retry)

  // Upkeep.

  /// Forgets audit entries older than `audit_age`, sessions that have ended or expired, and uses of former days.
  /// Returns how many rows. (retry)
  virtual Result<std::uint64_t> prune(std::chrono::milliseconds audit_age) = 0;

  /// Writes a consistent copy to `path` while the store is in use; it can be read by the owner only.
  virtual Result<void> copy_to(const std::string& path) const = 0;
};

}  // namespace cairn
