#include "sql/access_accounts.h"

namespace cairn::sql {
namespace {

Result<void> read_accounts(Connection& db, AccessState& state) {
  CAIRN_CHECK(db.each("SELECT hash, " CAIRN_KEY_COLUMNS " FROM keys WHERE revoked_at IS NULL", [&](Row row) {
    AccessState::Key key;
    key.hash = to_digest(row.binary());
    key.key = read_key(row);
    state.keys.push_back(std::move(key));
  }));
  return db.each("SELECT " CAIRN_USER_COLUMNS " FROM users", [&](Row row) { state.users.push_back(read_user(row)); });
}

Result<void> read_secrets(Connection& db, AccessState& state) {
  CAIRN_CHECK(db.each("SELECT id FROM sessions WHERE ended_at IS NOT NULL",
                      [&](Row row) { state.ended_sessions.emplace_back(row.text()); }));
  CAIRN_CHECK(db.each(
      "SELECT id, seed, created_at, retired_at FROM signing_keys ORDER BY retired_at IS NOT NULL, created_at DESC",
      [&](Row row) {
        SigningKey key;
        key.id = row.text();
        key.seed = row.binary();
        key.created_at = row.time();
        key.retired_at = row.optional_time();
        state.signing_keys.push_back(std::move(key));
      }));
  return db.each("SELECT hash, expires_at FROM setup_tokens", [&](Row row) {
    SetupToken token;
    token.hash = to_digest(row.binary());
    token.expires_at = row.time();
    state.setup = token;
  });
}

}  // namespace

Result<std::uint64_t> read_generation(Connection& db) {
  CAIRN_TRY(const auto found, db.first("SELECT value FROM facts WHERE name = 'generation'",
                                       [](Row row) { return row.as<std::uint64_t>(); }));
  return found.value_or(0);
}

Result<AccessState> read_access_state(Connection& db) {
  AccessState state;
  CAIRN_TRY(state.generation, read_generation(db));
  CAIRN_TRY(state.claimed, is_claimed(db));
  CAIRN_CHECK(read_accounts(db, state));
  CAIRN_CHECK(read_secrets(db, state));
  return state;
}

}  // namespace cairn::sql
