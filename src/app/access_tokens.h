#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "domain/access.h"
#include "ports/crypto.h"

namespace cairn {

/// The one algorithm that access tokens are signed with; tokens of any other are refused.
enum class TokenAlgorithm { eddsa, hs256 };

/// What an access token says. Who the user is, and what it may do, is looked up when it is used.
struct TokenClaims {
  UserId user;
  SessionId session;
  std::uint64_t version = 0;  ///< The user's when it was issued.
  TimePoint issued_at{}, expires_at{};
};

struct TokenOptions {
  TokenAlgorithm algorithm = TokenAlgorithm::eddsa;
  std::string hs256_secret;  ///< At least 32 bytes, for HS256 only.
  std::chrono::seconds lifetime{15 * 60};
  std::chrono::seconds clock_skew{60};  ///< How far ahead another node's clock may be.
};

/// Issues and checks access tokens: JWTs (RFC 7519) in compact form. The header of a token must be, byte for byte, the
/// one that this object writes for one of its keys; so "alg" and "kid" are never taken from the caller. Immutable.
class AccessTokens {
 public:
  /// `keys` are those of the store, the newest first; HS256 needs none. Errors: `invalid` for a bad secret or no key.
  static Result<AccessTokens> make(const Crypto& crypto, TokenOptions options, const std::vector<SigningKey>& keys);

  std::string issue(const TokenClaims& claims) const;

  /// Errors: `unauthenticated`, for every token that this store did not issue, or that has expired, or that comes from
  /// the future.
  Result<TokenClaims> verify(std::string_view token, TimePoint now) const;

  /// Whether claims that were verified once hold at this time too.
  bool is_current(const TokenClaims& claims, TimePoint now) const {
    return claims.expires_at > now && claims.issued_at <= now + options_.clock_skew;
  }

  std::chrono::seconds lifetime() const { return options_.lifetime; }

 private:
  struct Verifier {
    std::string header;  ///< Encoded.
    std::string secret;  ///< Seed or HS256 secret.
    std::string public_key;
    std::optional<TimePoint> retired_at;
  };

  AccessTokens(const Crypto& crypto, TokenOptions options) : crypto_(&crypto), options_(std::move(options)) {}
  void add(const std::string& id, const std::string& secret, std::optional<TimePoint> retired_at);
  bool is_signed(const Verifier& verifier, std::string_view message, std::string_view signature) const;
  Result<TokenClaims> read_claims(const Verifier& verifier, std::string_view payload, TimePoint now) const;

  const Crypto* crypto_;
  TokenOptions options_;
  std::vector<Verifier> verifiers_;  ///< The first signs.
};

}  // namespace cairn
