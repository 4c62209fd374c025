#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/access_journal.h"
#include "app/passwords.h"
#include "domain/access.h"
#include "ports/access_store.h"
#include "ports/crypto.h"

namespace cairn {

struct UserRequest {
  std::string name;
  std::string password;
  Scopes scopes;
  std::vector<std::string> groups;
  std::optional<TenantId> tenant;  ///< None: the caller's.
};

/// What is to change of a user; what is empty stays.
struct UserPatch {
  std::optional<std::string> password;
  std::optional<Scopes> scopes;
  std::optional<std::vector<std::string>> groups;
};

/// People with passwords. Callers need the scope `admin`, which is checked before. Changes take effect at once: access
/// tokens of a changed user must be refreshed, and a new password or a deletion ends all sessions. Every change is in
/// the audit log. Any thread.
class ManageUsers {
 public:
  ManageUsers(AccessStore& store, const Crypto& crypto, Passwords& passwords, AccessJournal& journal)
      : store_(store), crypto_(crypto), passwords_(passwords), journal_(journal) {}

  /// Errors: `invalid`, `conflict` for a name that is taken, and as ManageKeys::create.
  Result<User> create(const Principal& principal, const UserRequest& request, std::string_view address) const;

  Result<User> find(const Principal& principal, const std::string& name) const;  ///< `not_found`.
  Result<Page<User>> list(const Principal& principal, const std::string& cursor, std::size_t limit) const;

  /// Errors: `invalid`, `not_found`, `conflict` for the tenant's last administrator.
  Result<User> change(const Principal& principal, const std::string& name, const UserPatch& patch,
                      std::string_view address) const;
  Result<void> remove(const Principal& principal, const std::string& name, std::string_view address) const;

 private:
  AccessStore& store_;
  const Crypto& crypto_;
  Passwords& passwords_;
  AccessJournal& journal_;
};

}  // namespace cairn
