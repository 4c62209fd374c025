#include "sql/access_rows.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace cairn::sql {
namespace {

std::vector<std::string> read_groups(const std::string& text) {
  std::vector<std::string> groups;
  const auto list = nlohmann::json::parse(text, nullptr, false);
  for (const auto& group : list)
    if (group.is_string()) groups.push_back(group.get<std::string>());
  return groups;
}

}  // namespace

ApiKey read_key(Row& row) {
  ApiKey key;
  key.id = KeyId(row.text());
  key.tenant = TenantId(row.text());
  key.name = row.text();
  key.prefix = row.text();
  key.scopes = Scopes::from_number(row.as<unsigned>());
  key.groups = read_groups(row.text());
  key.limits.requests_per_minute = row.as<std::uint32_t>();
  key.limits.burst = row.as<std::uint32_t>();
  key.limits.documents_per_day = row.as<std::uint64_t>();
  key.limits.bytes_per_day = row.as<std::uint64_t>();
  key.created_by = row.text();
  key.created_at = row.time();
  key.expires_at = row.optional_time();
  key.revoked_at = row.optional_time();
  key.last_used_at = row.optional_time();
  return key;
}

User read_user(Row& row) {
  User user;
  user.id = UserId(row.text());
  user.tenant = TenantId(row.text());
  user.name = row.text();
  user.scopes = Scopes::from_number(row.as<unsigned>());
  user.groups = read_groups(row.text());
  user.version = row.as<std::uint64_t>();
  user.created_by = row.text();
  user.created_at = row.time();
  user.updated_at = row.time();
  user.last_login_at = row.optional_time();
  return user;
}

BinaryValue stored(const Digest& digest) { return {std::string(as_text(digest))}; }

Digest to_digest(std::string_view bytes) {
  Digest digest{};
  if (bytes.size() == digest.size()) std::ranges::copy(as_bytes(bytes), digest.begin());
  return digest;
}

std::string stored_groups(const std::vector<std::string>& groups) { return to_text(nlohmann::json(groups)); }

Result<void> advance_generation(const AccessWrite& write) {
  CAIRN_CHECK(write.db.post("UPDATE facts SET value = value + 1 WHERE name = 'generation'"));
  return {};
}

Result<bool> is_claimed(Connection& db) {
  CAIRN_TRY(const auto found,
            db.first("SELECT value FROM facts WHERE name = 'claimed'", [](Row row) { return row.integer(); }));
  return found.has_value();
}

Result<void> claim_store(const AccessWrite& write, bool first_only) {
  CAIRN_TRY(const bool claimed, is_claimed(write.db));
  if (claimed && first_only)
    return fail(ErrorKind::unauthenticated, "the setup token has been used: log in, or run `cairn keys create`");
  if (claimed) return {};
  CAIRN_CHECK(write.db.post("INSERT INTO facts (name, value) VALUES ('claimed', ?)", write.now));
  CAIRN_CHECK(write.db.post("DELETE FROM setup_tokens"));
  return {};
}

Result<void> check_limit(std::size_t limit) {
  if (limit > 0) return {};
  return fail(ErrorKind::invalid, "a page has at least one entry: ask for a limit of 1 or more");
}

}  // namespace cairn::sql
