#pragma once

#include <cstring>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "app/access_tokens.h"
#include "ports/access_store.h"

namespace cairn {

struct DigestHash {
  std::size_t operator()(const Digest& digest) const {
    std::size_t hash = 0;
    std::memcpy(&hash, digest.data(), sizeof hash);
    return hash;
  }
};

/// One state of the access store, arranged for looking callers up. Immutable but for the tokens that it has verified.
/// Any thread.
class KnownCallers {
 public:
  KnownCallers(const AccessState& state, AccessTokens tokens);

  struct Key {
    Principal principal;
    std::optional<TimePoint> expires_at;
  };

  std::uint64_t generation() const { return generation_; }
  bool claimed() const { return claimed_; }
  const std::optional<SetupToken>& setup() const { return setup_; }
  const AccessTokens& tokens() const { return tokens_; }
  const Key* key(const Digest& hash) const;
  const Key* key(const KeyId& id) const;

  /// Who an access token stands for. Errors: `unauthenticated`.
  Result<Principal> user(std::string_view token, TimePoint now) const;

  /// A user by its id, in one of its sessions or in none; null when it is gone, or the session has ended.
  const Principal* user(const UserId& id, const SessionId& session) const;

 private:
  struct Person {
    Principal principal;
    std::uint64_t version = 0;
  };
  /// Remembers claims whose signature was checked, because that takes 50 times as long as everything else.
  class VerifiedTokens {
   public:
    std::optional<TokenClaims> find(const Digest& token);
    void add(const Digest& token, const TokenClaims& claims);

   private:
    std::mutex mutex_;
    std::unordered_map<Digest, TokenClaims, DigestHash> claims_;  ///< Guarded by mutex_.
  };

  Result<TokenClaims> claims(std::string_view token, TimePoint now) const;

  std::uint64_t generation_ = 0;
  bool claimed_ = false;
  std::unordered_map<Digest, Key, DigestHash> keys_;
  std::unordered_map<KeyId, Digest> key_hashes_;
  std::unordered_map<std::string, Person> users_;  ///< By id.
  std::unordered_set<std::string> ended_sessions_;
  std::optional<SetupToken> setup_;
  AccessTokens tokens_;
  std::unique_ptr<VerifiedTokens> verified_ = std::make_unique<VerifiedTokens>();
};

}  // namespace cairn
