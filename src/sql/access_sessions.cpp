#include "sql/access_sessions.h"

namespace cairn::sql {
namespace {

struct KnownToken {
  std::int64_t session = 0;
  std::optional<TimePoint> used_at;
  bool ended = false;
  RefreshOutcome outcome;
};

KnownToken read_token(Row row) {
  KnownToken token;
  token.session = row.integer();
  token.used_at = row.optional_time();
  token.outcome.session.id = SessionId(row.text());
  token.outcome.session.created_at = row.time();
  token.outcome.session.expires_at = row.time();
  token.ended = row.optional_time().has_value();
  token.outcome.user = read_user(row);
  token.outcome.session.user = token.outcome.user.id;
  return token;
}

#define CAIRN_JOINED_USER_COLUMNS \
  "u.id, u.tenant, u.name, u.scopes, u.groups, u.version, u.created_by, u.created_at, u.updated_at, u.last_login_at"

Result<std::optional<KnownToken>> find_token(Connection& db, const Digest& hash) {
  return db.first("SELECT s.key, r.used_at, s.id, s.created_at, s.expires_at, s.ended_at, " CAIRN_JOINED_USER_COLUMNS
                  " FROM refresh_tokens r JOIN sessions s ON s.key = r.session JOIN users u ON u.key = s.\"user\" "
                  "WHERE r.hash = ?",
                  read_token, stored(hash));
}

}  // namespace

Result<void> open_session(const AccessWrite& write, const Session& session, std::uint64_t version,
                          const Digest& refresh_token) {
  CAIRN_TRY(const auto changed, write.db.run("UPDATE users SET last_login_at = ? WHERE id = ? AND version = ?",
                                             write.now, session.user.value(), version));
  if (changed == 0) return fail(ErrorKind::conflict, "the user was changed meanwhile: log in again");
  CAIRN_CHECK(write.db.post(
      "INSERT INTO sessions (id, \"user\", created_at, expires_at) SELECT ?, key, ?, ? FROM users WHERE id = ?",
      session.id.value(), session.created_at, session.expires_at, session.user.value()));
  CAIRN_CHECK(write.db.post("INSERT INTO refresh_tokens (hash, session) SELECT ?, key FROM sessions WHERE id = ?",
                            stored(refresh_token), session.id.value()));
  return {};
}

Result<RefreshOutcome> refresh(const AccessWrite& write, const Digest& used, const Digest& next) {
  CAIRN_TRY(auto known, find_token(write.db, used));
  if (!known) return RefreshOutcome{};
  RefreshOutcome outcome = std::move(known->outcome);
  if (known->used_at && write.now >= *known->used_at + refresh_grace) {
    CAIRN_CHECK(end_session(write, outcome.session.id));
    outcome.kind = RefreshOutcome::Kind::reused;
    return outcome;
  }
  if (known->ended || outcome.session.expires_at <= write.now) return RefreshOutcome{};
  if (!known->used_at)
    CAIRN_CHECK(write.db.post("UPDATE refresh_tokens SET used_at = ? WHERE session = ? AND used_at IS NULL", write.now,
                              known->session));
  CAIRN_CHECK(write.db.post("INSERT INTO refresh_tokens (hash, session) VALUES (?, ?)", stored(next), known->session));
  outcome.kind = RefreshOutcome::Kind::refreshed;
  return outcome;
}

Result<void> end_session(const AccessWrite& write, const SessionId& session) {
  CAIRN_TRY(const auto ended, write.db.run("UPDATE sessions SET ended_at = ? WHERE id = ? AND ended_at IS NULL",
                                           write.now, session.value()));
  if (ended == 0) return {};
  return advance_generation(write);
}

Result<void> end_session_of(const AccessWrite& write, const Digest& refresh_token) {
  CAIRN_TRY(const auto known, find_token(write.db, refresh_token));
  if (!known) return {};
  return end_session(write, known->outcome.session.id);
}

Result<void> end_sessions_of(const AccessWrite& write, const UserId& user) {
  CAIRN_CHECK(write.db.post(
      "UPDATE sessions SET ended_at = ? WHERE ended_at IS NULL AND \"user\" = (SELECT key FROM users WHERE id = ?)",
      write.now, user.value()));
  return {};
}

Result<void> add_signing_key(const AccessWrite& write, const SigningKey& key, bool first_only) {
  if (first_only) {
    CAIRN_TRY(const auto active, write.db.first("SELECT 1 FROM signing_keys WHERE retired_at IS NULL",
                                                [](Row row) { return row.integer(); }));
    if (active) return {};
  }
  CAIRN_CHECK(write.db.post("DELETE FROM signing_keys WHERE retired_at < ?", write.now - remember_ended_sessions));
  CAIRN_CHECK(write.db.post("UPDATE signing_keys SET retired_at = ? WHERE retired_at IS NULL", write.now));
  CAIRN_CHECK(write.db.post("INSERT INTO signing_keys (id, seed, created_at) VALUES (?, ?, ?)", key.id,
                            BinaryValue{key.seed}, write.now));
  return advance_generation(write);
}

Result<void> set_setup_token(const AccessWrite& write, const SetupToken& token) {
  CAIRN_TRY(const bool claimed, is_claimed(write.db));
  if (claimed) return fail(ErrorKind::conflict, "there are keys or users already: log in, or run `cairn keys create`");
  CAIRN_CHECK(write.db.post("DELETE FROM setup_tokens"));
  CAIRN_CHECK(
      write.db.post("INSERT INTO setup_tokens (hash, expires_at) VALUES (?, ?)", stored(token.hash), token.expires_at));
  return advance_generation(write);
}

}  // namespace cairn::sql
