#include "app/log_in.h"

#include "app/secrets.h"

namespace cairn {
namespace {

constexpr std::size_t max_name_bytes = 1024;

struct LoginName {
  TenantId tenant = local_tenant;
  std::string user;
};

LoginName parse_login_name(std::string_view name) {
  const auto slash = name.find('/');
  if (slash == std::string_view::npos) return {.tenant = local_tenant, .user = std::string(name)};
  return {.tenant = TenantId(std::string(name.substr(0, slash))), .user = std::string(name.substr(slash + 1))};
}

std::unexpected<Error> wrong_login() { return fail(ErrorKind::unauthenticated, "the user or the password is wrong"); }

std::unexpected<Error> wrong_refresh() {
  return fail(ErrorKind::unauthenticated, "the refresh token is not valid any more: log in again");
}

AuditEntry login_entry(const User& user, const char* action, std::string_view address, const char* outcome) {
  AuditEntry entry;
  entry.tenant = user.tenant;
  entry.actor = "user:" + user.name;
  entry.action = action;
  entry.object = entry.actor;
  entry.address = address;
  entry.outcome = outcome;
  return entry;
}

}  // namespace

LogIn::LogIn(AccessStore& store, const Crypto& crypto, const Clock& clock, const Authenticator& authenticator,
             Passwords& passwords, AccessJournal& journal, LoginOptions options)
    : store_(store),
      crypto_(crypto),
      clock_(clock),
      authenticator_(authenticator),
      passwords_(passwords),
      journal_(journal),
      options_(options),
      backoff_(clock, options.backoff) {}

Result<Tokens> LogIn::log_in(std::string_view name, std::string_view password, std::string_view address) {
  if (name.size() > max_name_bytes) return wrong_login();
  const LoginName login = parse_login_name(name);
  const std::string counted = login.tenant.value() + "/" + login.user;
  CAIRN_CHECK(backoff_.begin(counted, address));
  CAIRN_TRY(const std::optional<User> user, check_password(login.tenant, login.user, password));
  if (!user) {
    // The name is not written down: people type passwords into the wrong field.
    AuditEntry entry;
    entry.tenant = local_tenant;
    entry.action = "user.login";
    entry.address = address;
    entry.outcome = to_string(ErrorKind::unauthenticated);
    journal_.note(std::move(entry));
    return wrong_login();
  }
  backoff_.succeeded(counted, address);
  return open_session(*user, address);
}

Result<std::optional<User>> LogIn::check_password(const TenantId& tenant, const std::string& name,
                                                  std::string_view password) {
  CAIRN_TRY(const auto record, store_.password(tenant, name));
  // A user that does not exist costs the same time.
  CAIRN_TRY(const bool right, passwords_.check(record ? std::optional(record->password_hash) : std::nullopt, password));
  if (!right) return std::nullopt;
  return record->user;
}

Result<Tokens> LogIn::open_session(const User& user, std::string_view address) {
  const TimePoint now = clock_.now();
  const Session session{.id = SessionId(new_id(crypto_)),
                        .user = user.id,
                        .created_at = now,
                        .expires_at = now + options_.session_lifetime};
  Tokens tokens;
  tokens.refresh_token = new_secret(crypto_, refresh_token_prefix);
  auto opened = store_.open_session(session, user.version, hash_of_secret(tokens.refresh_token));
  if (!opened && opened.error().kind == ErrorKind::conflict) return wrong_login();  // Changed while we computed.
  CAIRN_CHECK(std::move(opened));
  CAIRN_TRY(const auto access, authenticator_.issue(user, session.id));
  tokens.access_token = access.token;
  tokens.expires_in = access.expires_in;
  journal_.note(login_entry(user, "user.login", address, "ok"));
  return tokens;
}

Result<Tokens> LogIn::refresh(std::string_view refresh_token, std::string_view address) {
  Tokens tokens;
  tokens.refresh_token = new_secret(crypto_, refresh_token_prefix);
  CAIRN_TRY(const RefreshOutcome outcome,
            store_.refresh(hash_of_secret(refresh_token), hash_of_secret(tokens.refresh_token)));
  if (outcome.kind == RefreshOutcome::Kind::reused)
    journal_.note(login_entry(outcome.user, "session.reused", address, to_string(ErrorKind::unauthenticated)));
  if (outcome.kind != RefreshOutcome::Kind::refreshed) return wrong_refresh();
  CAIRN_TRY(const auto access, authenticator_.issue(outcome.user, outcome.session.id));
  tokens.access_token = access.token;
  tokens.expires_in = access.expires_in;
  return tokens;
}

Result<void> LogIn::log_out(const Principal* principal, std::string_view refresh_token, std::string_view address) {
  if (principal != nullptr && !principal->session.empty()) {
    CAIRN_CHECK(store_.end_session(SessionId(principal->session)));
    journal_.note(audit_entry(*principal, "user.logout", actor_of(*principal), address, "ok"));
  }
  if (!refresh_token.empty()) CAIRN_CHECK(store_.end_session_of(hash_of_secret(refresh_token)));
  return {};
}

}  // namespace cairn
