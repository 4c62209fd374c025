#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

#include "domain/ids.h"

namespace cairn {

/// What a principal may do. `admin` includes the others.
enum class Scope : std::uint8_t { query = 1, ingest = 2, admin = 4 };

constexpr const char* to_string(Scope scope) {
  switch (scope) {
    case Scope::query: return "query";
    case Scope::ingest: return "ingest";
    case Scope::admin: return "admin";
  }
  return "query";
}

/// A set of scopes; its number is what stores keep.
class Scopes {
 public:
  constexpr Scopes() = default;
  constexpr Scopes(std::initializer_list<Scope> scopes) {
    for (const Scope scope : scopes) bits_ |= static_cast<std::uint8_t>(scope);
  }
  static constexpr Scopes all() { return {Scope::query, Scope::ingest, Scope::admin}; }
  static constexpr Scopes from_number(unsigned number) {
    Scopes scopes;
    scopes.bits_ = static_cast<std::uint8_t>(number & 7);
    return scopes;
  }

  constexpr bool may(Scope scope) const {
    return (bits_ & (static_cast<std::uint8_t>(scope) | static_cast<std::uint8_t>(Scope::admin))) != 0;
  }
  /// Whether everything that `others` may do is allowed by these too.
  constexpr bool include(Scopes others) const { return may(Scope::admin) || (others.bits_ & ~bits_) == 0; }
  constexpr bool empty() const { return bits_ == 0; }
  constexpr unsigned number() const { return bits_; }
  constexpr bool operator==(const Scopes&) const = default;

 private:
  std::uint8_t bits_ = 0;
};

/// How a principal proved who it is.
enum class CredentialKind : std::uint8_t { local, key, user, setup };

/// What a key may use up; 0: no limit.
struct KeyLimits {
  std::uint32_t requests_per_minute = 0;
  std::uint32_t burst = 0;  ///< Requests at once after a pause; 0: as many as in a minute.
  std::uint64_t documents_per_day = 0;
  std::uint64_t bytes_per_day = 0;  ///< Uploaded, in a day of UTC.

  bool operator==(const KeyLimits&) const = default;
};

/// Who asks: everything found belongs to this tenant and to documents whose ACL is empty or names one of these groups.
struct Principal {
  TenantId tenant = local_tenant;
  std::string name = "local";       ///< For people; unique within its kind and tenant.
  std::vector<std::string> groups;  ///< As they stand in ACLs: "group:…", "user:…".
  bool is_owner = true;  ///< Sees every document of its tenant: the local owner of a store, and whoever has `admin`.
  Scopes scopes = Scopes::all();
  CredentialKind credential = CredentialKind::local;
  std::string credential_id;  ///< Of the key or user; empty for the local owner.
  std::string session;        ///< Of a user who logged in.
  KeyLimits limits;
};

}  // namespace cairn
