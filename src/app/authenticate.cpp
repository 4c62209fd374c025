#include "app/authenticate.h"

#include <algorithm>
#include <charconv>

#include "app/known_callers.h"
#include "app/secrets.h"

namespace cairn {
namespace {

bool equals_ignoring_case(std::string_view a, std::string_view lower) {
  return std::ranges::equal(a, lower, [](char x, char y) { return (x >= 'A' && x <= 'Z' ? x + 32 : x) == y; });
}

/// The host of "host:port" or "[address]:port", without its brackets' content being looked at; empty when the port is
/// no number.
std::string_view without_port(std::string_view host) {
  const auto bracket = host.rfind(']');
  const auto colon = host.rfind(':');
  if (colon == std::string_view::npos || (bracket != std::string_view::npos && colon < bracket)) return host;
  const std::string_view port = host.substr(colon + 1);
  const bool digits = std::ranges::all_of(port, [](char c) { return c >= '0' && c <= '9'; });
  return digits && !port.empty() ? host.substr(0, colon) : std::string_view();
}

/// 127.0.0.0/8 in its plain spelling.
bool is_loopback_v4(std::string_view address) {
  int parts = 0;
  while (true) {
    const auto dot = std::min(address.find('.'), address.size());
    unsigned value = 256;
    const auto [end, error] = std::from_chars(address.data(), address.data() + dot, value);
    if (error != std::errc() || end != address.data() + dot || dot > 3 || value > 255) return false;
    if (parts == 0 && value != 127) return false;
    ++parts;
    if (dot == address.size()) return parts == 4;
    address.remove_prefix(dot + 1);
  }
}

std::unexpected<Error> unknown_caller() {
  return fail(
      ErrorKind::unauthenticated,
      "say who you are: send `Authorization: Bearer` with an API key or an access token, which an administrator can "
      "give you");
}

/// What stands after "Bearer"; empty for another scheme.
std::string_view bearer(std::string_view authorization) {
  constexpr std::string_view scheme = "bearer ";
  if (authorization.size() <= scheme.size() || !equals_ignoring_case(authorization.substr(0, scheme.size()), scheme))
    return {};
  authorization.remove_prefix(scheme.size());
  while (authorization.starts_with(' ')) authorization.remove_prefix(1);
  while (authorization.ends_with(' ')) authorization.remove_suffix(1);
  return authorization;
}

bool is_local(const Credential& credential) {
  const bool same_site = credential.fetch_site.empty() || credential.fetch_site == "same-origin" ||
                         credential.fetch_site == "none" || !credential.origin.empty();
  return credential.peer_is_loopback && !credential.forwarded && is_loopback_host(credential.host) &&
         (credential.origin.empty() || is_loopback_origin(credential.origin)) && same_site;
}

}  // namespace

bool is_loopback_host(std::string_view host) {
  const std::string_view name = without_port(host);
  return equals_ignoring_case(name, "localhost") || name == "[::1]" || is_loopback_v4(name);
}

bool is_loopback_origin(std::string_view origin) {
  for (const std::string_view scheme : {"http://", "https://"})
    if (origin.starts_with(scheme)) return is_loopback_host(origin.substr(scheme.size()));
  return false;
}

Result<std::unique_ptr<Authenticator>> Authenticator::open(AccessStore& store, const Crypto& crypto, const Clock& clock,
                                                           TokenOptions options, AccessJournal& journal) {
  if (options.algorithm == TokenAlgorithm::eddsa) {
    constexpr std::size_t seed_bytes = 32;
    CAIRN_CHECK(store.add_signing_key({.id = new_id(crypto), .seed = crypto.random_bytes(seed_bytes)}, true));
  }
  std::unique_ptr<Authenticator> made(new Authenticator(store, crypto, clock, std::move(options), journal));
  CAIRN_CHECK(made->known());
  return made;
}

Result<Authenticator::Known> Authenticator::known() const {
  const std::lock_guard lock(mutex_);
  CAIRN_TRY(const std::uint64_t generation, store_.generation());
  if (known_ && known_->generation() == generation) return known_;
  CAIRN_TRY(const AccessState state, store_.state());
  CAIRN_TRY(AccessTokens tokens, AccessTokens::make(crypto_, options_, state.signing_keys));
  known_ = std::make_shared<const KnownCallers>(state, std::move(tokens));
  return known_;
}

Result<bool> Authenticator::claimed() const {
  CAIRN_TRY(const Known callers, known());
  return callers->claimed();
}

Result<Principal> Authenticator::authenticate(const Credential& credential) const {
  CAIRN_TRY(const Known callers, known());
  if (credential.authorization.empty()) {
    if (!callers->claimed() && is_local(credential)) return Principal{};
    return unknown_caller();
  }
  const std::string_view token = bearer(credential.authorization);
  if (token.empty()) return unknown_caller();
  return token.starts_with(api_key_prefix) ? by_secret(*callers, token) : by_token(*callers, token);
}

Result<Principal> Authenticator::current(const Principal& then) const {
  CAIRN_TRY(const Known callers, known());
  const TimePoint now = clock_.now();
  const auto is_over = [&](const std::optional<TimePoint>& end) { return end && *end <= now; };
  switch (then.credential) {
    case CredentialKind::local:
      if (!callers->claimed()) return then;
      break;
    case CredentialKind::setup:
      if (callers->setup() && !is_over(callers->setup()->expires_at)) return then;
      break;
    case CredentialKind::key:
      if (const auto* key = callers->key(KeyId(then.credential_id)); key != nullptr && !is_over(key->expires_at))
        return key->principal;
      break;
    case CredentialKind::user:
      if (const Principal* user = callers->user(UserId(then.credential_id), SessionId(then.session))) {
        Principal principal = *user;
        principal.session = then.session;
        return principal;
      }
  }
  return fail(ErrorKind::unauthenticated, "the credential was withdrawn: log in again, or use another key");
}

Result<Principal> Authenticator::by_secret(const KnownCallers& known, std::string_view secret) const {
  const Digest hash = hash_of_secret(secret);
  const TimePoint now = clock_.now();
  if (const KnownCallers::Key* key = known.key(hash)) {
    if (key->expires_at && *key->expires_at <= now)
      return fail(ErrorKind::unauthenticated, "the API key has expired: ask an administrator for a new one");
    journal_.used(KeyId(key->principal.credential_id), 0, 0);
    return key->principal;
  }
  if (known.setup() && known.setup()->hash == hash && known.setup()->expires_at > now) {
    Principal principal;
    principal.name = "setup";
    principal.credential = CredentialKind::setup;
    return principal;
  }
  return fail(ErrorKind::unauthenticated,
              secret.starts_with(setup_token_prefix)
                  ? "the setup token has been used or has expired: run `cairn keys create` on the data folder"
                  : "the API key is not known here: it may be revoked, or of another store");
}

Result<Principal> Authenticator::by_token(const KnownCallers& known, std::string_view token) const {
  return known.user(token, clock_.now());
}

Result<Authenticator::AccessToken> Authenticator::issue(const User& user, const SessionId& session) const {
  CAIRN_TRY(const Known callers, known());
  const AccessTokens& tokens = callers->tokens();
  const TimePoint now = std::chrono::floor<std::chrono::seconds>(clock_.now());
  return AccessToken{.token = tokens.issue({.user = user.id,
                                            .session = session,
                                            .version = user.version,
                                            .issued_at = now,
                                            .expires_at = now + tokens.lifetime()}),
                     .expires_in = tokens.lifetime()};
}

}  // namespace cairn
