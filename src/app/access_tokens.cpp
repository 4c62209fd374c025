#include "app/access_tokens.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/base64url.h"
#include "base/sha256.h"

namespace cairn {
namespace {

constexpr std::string_view issuer = "cairn";
constexpr std::size_t min_secret_bytes = 32;
constexpr std::size_t max_token_bytes = 2048;

std::int64_t seconds(TimePoint time) {
  return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

std::unexpected<Error> not_valid() {
  return fail(ErrorKind::unauthenticated, "the access token is not valid: log in again");
}

/// A number of seconds that can stand for a time; nothing for anything else.
std::optional<TimePoint> time_of(const nlohmann::json& claims, const char* name) {
  constexpr std::int64_t end_of_time = 253'402'300'799;  // The end of the year 9999.
  const auto found = claims.find(name);
  if (found == claims.end() || !found->is_number_integer()) return std::nullopt;
  const auto value = found->get<std::int64_t>();
  if (value < 0 || value > end_of_time) return std::nullopt;
  return TimePoint(std::chrono::seconds(value));
}

std::optional<TokenClaims> parse(std::string_view payload) {
  const auto json = nlohmann::json::parse(payload, nullptr, false);
  if (!json.is_object()) return std::nullopt;
  const auto text = [&](const char* name) {
    const auto found = json.find(name);
    return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  const auto version = json.find("ver");
  const auto issued_at = time_of(json, "iat"), expires_at = time_of(json, "exp");
  if (text("iss") != issuer || version == json.end() || !version->is_number_unsigned() || !issued_at || !expires_at)
    return std::nullopt;
  TokenClaims claims{.user = UserId(text("sub")),
                     .session = SessionId(text("sid")),
                     .version = version->get<std::uint64_t>(),
                     .issued_at = *issued_at,
                     .expires_at = *expires_at};
  if (claims.user.empty() || claims.session.empty()) return std::nullopt;
  return claims;
}

}  // namespace

Result<AccessTokens> AccessTokens::make(const Crypto& crypto, TokenOptions options,
                                        const std::vector<SigningKey>& keys) {
  AccessTokens tokens(crypto, std::move(options));
  if (tokens.options_.algorithm == TokenAlgorithm::hs256) {
    const std::string& secret = tokens.options_.hs256_secret;
    if (secret.size() < min_secret_bytes)
      return fail(ErrorKind::invalid,
                  "the secret for HS256 has less than 32 bytes: make one with `openssl rand -hex 32`");
    tokens.add(to_hex(Sha256::of(as_bytes(secret))).substr(0, 16), secret, std::nullopt);
    return tokens;
  }
  for (const SigningKey& key : keys) tokens.add(key.id, key.seed, key.retired_at);
  if (tokens.verifiers_.empty() || tokens.verifiers_.front().retired_at)
    return fail(ErrorKind::invalid, "there is no key to sign access tokens with");
  return tokens;
}

void AccessTokens::add(const std::string& id, const std::string& secret, std::optional<TimePoint> retired_at) {
  const bool eddsa = options_.algorithm == TokenAlgorithm::eddsa;
  const nlohmann::ordered_json header{{"alg", eddsa ? "EdDSA" : "HS256"}, {"typ", "JWT"}, {"kid", id}};
  verifiers_.push_back({.header = to_base64url(header.dump()),
                        .secret = secret,
                        .public_key = eddsa ? crypto_->ed25519_public_key(secret) : std::string(),
                        .retired_at = retired_at});
}

std::string AccessTokens::issue(const TokenClaims& claims) const {
  const Verifier& signer = verifiers_.front();
  const nlohmann::ordered_json payload{
      {"iss", issuer},         {"sub", claims.user.value()},       {"sid", claims.session.value()},
      {"ver", claims.version}, {"iat", seconds(claims.issued_at)}, {"exp", seconds(claims.expires_at)}};
  std::string token = signer.header + "." + to_base64url(payload.dump());
  const std::string signature = options_.algorithm == TokenAlgorithm::eddsa
                                    ? crypto_->ed25519_sign(signer.secret, token)
                                    : crypto_->hmac_sha256(signer.secret, token);
  return token + "." + to_base64url(signature);
}

bool AccessTokens::is_signed(const Verifier& verifier, std::string_view message, std::string_view signature) const {
  if (options_.algorithm == TokenAlgorithm::eddsa)
    return crypto_->ed25519_verify(verifier.public_key, message, signature);
  return crypto_->equal(crypto_->hmac_sha256(verifier.secret, message), signature);
}

Result<TokenClaims> AccessTokens::verify(std::string_view token, TimePoint now) const {
  if (token.size() > max_token_bytes) return not_valid();
  const auto header_end = token.find('.');
  const auto payload_end = token.rfind('.');
  if (header_end == std::string_view::npos || payload_end == header_end) return not_valid();
  const auto verifier = std::ranges::find(verifiers_, token.substr(0, header_end), &Verifier::header);
  if (verifier == verifiers_.end()) return not_valid();
  const auto signature = from_base64url(token.substr(payload_end + 1));
  if (!signature || !is_signed(*verifier, token.substr(0, payload_end), *signature)) return not_valid();
  return read_claims(*verifier, token.substr(header_end + 1, payload_end - header_end - 1), now);
}

Result<TokenClaims> AccessTokens::read_claims(const Verifier& verifier, std::string_view payload, TimePoint now) const {
  const auto text = from_base64url(payload);
  if (!text) return not_valid();
  const auto claims = parse(*text);
  if (!claims || claims->expires_at - claims->issued_at > options_.lifetime) return not_valid();
  if (verifier.retired_at && claims->issued_at > *verifier.retired_at + options_.clock_skew) return not_valid();
  if (claims->expires_at <= now)
    return fail(ErrorKind::unauthenticated, "the access token has expired: refresh it, or log in again");
  if (claims->issued_at > now + options_.clock_skew)
    return fail(ErrorKind::unauthenticated,
                "the access token was issued in the future: check this machine's clock, then log in again");
  return *claims;
}

}  // namespace cairn
