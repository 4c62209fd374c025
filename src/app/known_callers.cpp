#include "app/known_callers.h"

namespace cairn {
namespace {

constexpr std::size_t max_remembered_tokens = 4096;

Principal principal_of(const ApiKey& key) {
  return {.tenant = key.tenant,
          .name = key.name,
          .groups = acl_names(key.groups, ""),
          .is_owner = key.scopes.may(Scope::admin),
          .scopes = key.scopes,
          .credential = CredentialKind::key,
          .credential_id = key.id.value(),
          .session = {},
          .limits = key.limits};
}

Principal principal_of(const User& user) {
  return {.tenant = user.tenant,
          .name = user.name,
          .groups = acl_names(user.groups, user.name),
          .is_owner = user.scopes.may(Scope::admin),
          .scopes = user.scopes,
          .credential = CredentialKind::user,
          .credential_id = user.id.value(),
          .session = {},
          .limits = {}};
}

}  // namespace

KnownCallers::KnownCallers(const AccessState& state, AccessTokens tokens)
    : generation_(state.generation), claimed_(state.claimed), setup_(state.setup), tokens_(std::move(tokens)) {
  for (const AccessState::Key& key : state.keys) {
    keys_.emplace(key.hash, Key{.principal = principal_of(key.key), .expires_at = key.key.expires_at});
    key_hashes_.emplace(key.key.id, key.hash);
  }
  for (const User& user : state.users)
    users_.emplace(user.id.value(), Person{.principal = principal_of(user), .version = user.version});
  for (const SessionId& session : state.ended_sessions) ended_sessions_.insert(session.value());
}

const KnownCallers::Key* KnownCallers::key(const Digest& hash) const {
  const auto found = keys_.find(hash);
  return found == keys_.end() ? nullptr : &found->second;
}

const KnownCallers::Key* KnownCallers::key(const KeyId& id) const {
  const auto found = key_hashes_.find(id);
  return found == key_hashes_.end() ? nullptr : key(found->second);
}

const Principal* KnownCallers::user(const UserId& id, const SessionId& session) const {
  const auto found = users_.find(id.value());
  return found == users_.end() || ended_sessions_.contains(session.value()) ? nullptr : &found->second.principal;
}

Result<Principal> KnownCallers::user(std::string_view token, TimePoint now) const {
  CAIRN_TRY(const TokenClaims said, claims(token, now));
  const auto found = users_.find(said.user.value());
  if (found == users_.end() || found->second.version != said.version || ended_sessions_.contains(said.session.value()))
    return fail(ErrorKind::unauthenticated, "the access token was withdrawn: refresh it, or log in again");
  Principal principal = found->second.principal;
  principal.session = said.session.value();
  return principal;
}

Result<TokenClaims> KnownCallers::claims(std::string_view token, TimePoint now) const {
  const Digest digest = Sha256::of(as_bytes(token));
  const auto remembered = verified_->find(digest);
  if (remembered && tokens_.is_current(*remembered, now)) return *remembered;
  CAIRN_TRY(const TokenClaims verified, tokens_.verify(token, now));
  verified_->add(digest, verified);
  return verified;
}

std::optional<TokenClaims> KnownCallers::VerifiedTokens::find(const Digest& token) {
  const std::lock_guard lock(mutex_);
  const auto found = claims_.find(token);
  return found == claims_.end() ? std::nullopt : std::optional(found->second);
}

void KnownCallers::VerifiedTokens::add(const Digest& token, const TokenClaims& claims) {
  const std::lock_guard lock(mutex_);
  if (claims_.size() >= max_remembered_tokens) claims_.clear();
  claims_.insert_or_assign(token, claims);
}

}  // namespace cairn
