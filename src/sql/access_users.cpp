#include "ports/page_cursor.h"
#include "sql/access_accounts.h"
#include "sql/access_sessions.h"

namespace cairn::sql {
namespace {

std::unexpected<Error> no_such_user(const std::string& name) {
  return fail(ErrorKind::not_found, "there is no user '" + harmless(name, 64) + "'");
}

/// After a change: a tenant that had an administrator still has one.
Result<void> check_admin_is_left(const AccessWrite& write, const User& changed) {
  if (!changed.scopes.may(Scope::admin)) return {};
  CAIRN_TRY(const auto admins,
            write.db.first(
                "SELECT count(*) FROM users WHERE tenant = ? AND (scopes & ?) != 0",
                [](Row row) { return row.integer(); }, changed.tenant.value(), Scopes{Scope::admin}.number()));
  if (admins.value_or(0) > 0) return {};
  return fail(ErrorKind::conflict, "'" + changed.name + "' is the last administrator: make another one first");
}

}  // namespace

Result<User> create_user(const AccessWrite& write, const NewUser& wanted) {
  const User& user = wanted.user;
  CAIRN_TRY(const auto twin,
            write.db.first(
                "SELECT 1 FROM users WHERE id = ?1 OR (tenant = ?2 AND name = ?3)",
                [](Row row) { return row.integer(); }, user.id.value(), user.tenant.value(), user.name));
  if (twin) return fail(ErrorKind::conflict, "there is a user '" + user.name + "' already: choose another name");
  CAIRN_CHECK(claim_store(write, wanted.first_only));
  CAIRN_CHECK(write.db.post(
      "INSERT INTO users (id, tenant, name, password_hash, scopes, groups, created_by, created_at, updated_at) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8)",
      user.id.value(), user.tenant.value(), user.name, wanted.password_hash, user.scopes.number(),
      stored_groups(user.groups), user.created_by, write.now));
  CAIRN_CHECK(advance_generation(write));
  return find_user(write.db, user.tenant, user.name);
}

Result<User> find_user(Connection& db, const TenantId& tenant, const std::string& name) {
  CAIRN_TRY(auto found, db.first(
                            "SELECT " CAIRN_USER_COLUMNS " FROM users WHERE tenant = ? AND name = ?",
                            [](Row row) { return read_user(row); }, tenant.value(), name));
  if (!found) return no_such_user(name);
  return *std::move(found);
}

Result<Page<User>> list_users(Connection& db, const TenantId& tenant, const std::string& cursor, std::size_t limit) {
  CAIRN_CHECK(check_limit(limit));
  CAIRN_TRY(const std::string after, page_position(PagedList::users, cursor));
  Page<User> page;
  CAIRN_CHECK(db.each(
      "SELECT " CAIRN_USER_COLUMNS " FROM users WHERE tenant = ? AND name > ? ORDER BY name LIMIT ?",
      [&](Row row) { page.items.push_back(read_user(row)); }, tenant.value(), after, limit + 1));
  if (page.items.size() > limit) {
    page.items.pop_back();
    page.next_cursor = page_cursor(PagedList::users, page.items.back().name);
  }
  return page;
}

Result<User> change_user(const AccessWrite& write, const TenantId& tenant, const std::string& name,
                         const UserChange& change) {
  CAIRN_TRY(const User before, find_user(write.db, tenant, name));
  const auto scopes = change.scopes ? std::optional(change.scopes->number()) : std::nullopt;
  const auto groups = change.groups ? std::optional(stored_groups(*change.groups)) : std::nullopt;
  CAIRN_CHECK(
      write.db.post("UPDATE users SET scopes = coalesce(?1, scopes), groups = coalesce(?2, groups), "
                    "password_hash = coalesce(?3, password_hash), version = version + 1, updated_at = ?4 WHERE id = ?5",
                    scopes, groups, change.password_hash, write.now, before.id.value()));
  if (change.password_hash) CAIRN_CHECK(end_sessions_of(write, before.id));
  CAIRN_CHECK(check_admin_is_left(write, before));
  CAIRN_CHECK(advance_generation(write));
  return find_user(write.db, tenant, name);
}

Result<void> delete_user(const AccessWrite& write, const TenantId& tenant, const std::string& name) {
  CAIRN_TRY(const User user, find_user(write.db, tenant, name));
  CAIRN_CHECK(write.db.post("DELETE FROM users WHERE id = ?", user.id.value()));
  CAIRN_CHECK(check_admin_is_left(write, user));
  return advance_generation(write);
}

Result<std::optional<PasswordRecord>> find_password(Connection& db, const TenantId& tenant, const std::string& name) {
  const auto read = [](Row row) {
    PasswordRecord record;
    record.user = read_user(row);
    record.password_hash = row.text();
    return record;
  };
  return db.first("SELECT " CAIRN_USER_COLUMNS ", password_hash FROM users WHERE tenant = ? AND name = ?", read,
                  tenant.value(), name);
}

}  // namespace cairn::sql
