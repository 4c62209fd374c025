#include "ports/page_cursor.h"
#include "sql/access_accounts.h"

namespace cairn::sql {

Result<ApiKey> create_key(const AccessWrite& write, const NewKey& wanted) {
  const ApiKey& key = wanted.key;
  CAIRN_TRY(const auto twin, write.db.first(
                                 "SELECT 1 FROM keys WHERE id = ? OR hash = ?", [](Row row) { return row.integer(); },
                                 key.id.value(), stored(wanted.hash)));
  if (twin) return fail(ErrorKind::conflict, "there is a key with this id or secret already: make another");
  CAIRN_CHECK(claim_store(write, wanted.first_only));
  CAIRN_CHECK(write.db.post(
      "INSERT INTO keys (id, hash, tenant, name, prefix, scopes, groups, requests_per_minute, burst, "
      "documents_per_day, "
      "bytes_per_day, created_by, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      key.id.value(), stored(wanted.hash), key.tenant.value(), key.name, key.prefix, key.scopes.number(),
      stored_groups(key.groups), key.limits.requests_per_minute, key.limits.burst, key.limits.documents_per_day,
      key.limits.bytes_per_day, key.created_by, write.now, key.expires_at));
  CAIRN_CHECK(advance_generation(write));
  return find_key(write.db, key.tenant, key.id);
}

Result<ApiKey> find_key(Connection& db, const TenantId& tenant, const KeyId& id) {
  CAIRN_TRY(auto found, db.first(
                            "SELECT " CAIRN_KEY_COLUMNS " FROM keys WHERE tenant = ? AND id = ?",
                            [](Row row) { return read_key(row); }, tenant.value(), id.value()));
  if (!found)
    return fail(ErrorKind::not_found, "there is no key '" + harmless(id.value(), 64) + "': see the list of keys");
  return *std::move(found);
}

Result<Page<ApiKey>> list_keys(Connection& db, const TenantId& tenant, const std::string& cursor, std::size_t limit) {
  CAIRN_CHECK(check_limit(limit));
  CAIRN_TRY(const std::int64_t below, page_position(PagedList::keys, cursor, INT64_MAX));
  Page<ApiKey> page;
  std::int64_t last = 0;
  const auto add = [&](Row row) {
    const std::int64_t key = row.integer();
    if (page.items.size() == limit) {
      page.next_cursor = page_cursor(PagedList::keys, last);
      return;
    }
    page.items.push_back(read_key(row));
    last = key;
  };
  CAIRN_CHECK(db.each("SELECT key, " CAIRN_KEY_COLUMNS
                      " FROM keys WHERE tenant = ? AND key < ? ORDER BY key DESC LIMIT ?",
                      add, tenant.value(), below, limit + 1));
  return page;
}

Result<ApiKey> revoke_key(const AccessWrite& write, const TenantId& tenant, const KeyId& id) {
  CAIRN_TRY(const ApiKey key, find_key(write.db, tenant, id));
  if (key.revoked_at) return key;
  CAIRN_CHECK(write.db.post("UPDATE keys SET revoked_at = ? WHERE id = ?", write.now, id.value()));
  CAIRN_CHECK(advance_generation(write));
  return find_key(write.db, tenant, id);
}

}  // namespace cairn::sql
