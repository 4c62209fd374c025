#include "sql/access_notes.h"

#include "ports/page_cursor.h"
#include "sql/access_sessions.h"

namespace cairn::sql {
namespace {

AuditEntry read_entry(Row& row) {
  AuditEntry entry;
  entry.number = row.as<std::uint64_t>();
  entry.at = row.time();
  entry.tenant = TenantId(row.text());
  entry.actor = row.text();
  entry.action = row.text();
  entry.object = row.text();
  entry.address = row.text();
  entry.outcome = row.text();
  return entry;
}

Result<void> note_use(const AccessWrite& write, const KeyUse& use) {
  CAIRN_TRY(
      const auto known,
      write.db.run(
          "UPDATE keys SET last_used_at = CASE WHEN last_used_at > ?1 THEN last_used_at ELSE ?1 END WHERE id = ?2",
          use.last_used_at, use.key.value()));
  if (known == 0 || (use.documents == 0 && use.bytes == 0)) return {};
  CAIRN_CHECK(write.db.post(
      "INSERT INTO key_uses (key, day, documents, bytes) SELECT key, ?1, ?2, ?3 FROM keys WHERE id = ?4 "
      "ON CONFLICT (key, day) DO UPDATE SET documents = key_uses.documents + ?2, bytes = key_uses.bytes + ?3",
      use.day, use.documents, use.bytes, use.key.value()));
  return {};
}

}  // namespace

Result<void> note(const AccessWrite& write, const std::vector<AuditEntry>& entries, const std::vector<KeyUse>& uses) {
  for (const AuditEntry& entry : entries)
    CAIRN_CHECK(write.db.post(
        "INSERT INTO audit (at, tenant, actor, action, object, address, outcome) VALUES (?, ?, ?, ?, ?, ?, ?)",
        entry.at, entry.tenant.value(), entry.actor, entry.action, entry.object, entry.address, entry.outcome));
  for (const KeyUse& use : uses) CAIRN_CHECK(note_use(write, use));
  return {};
}

Result<Page<AuditEntry>> list_audit(Connection& db, const AuditFilter& filter) {
  CAIRN_CHECK(check_limit(filter.limit));
  CAIRN_TRY(const std::int64_t below, page_position(PagedList::audit, filter.cursor, INT64_MAX));
  Page<AuditEntry> page;
  CAIRN_CHECK(db.each(
      "SELECT number, at, tenant, actor, action, object, address, outcome FROM audit WHERE tenant = ?1 AND number < ?2 "
      "AND (?3 = '' OR actor = ?3) AND (?4 = '' OR action = ?4) ORDER BY number DESC LIMIT ?5",
      [&](Row row) { page.items.push_back(read_entry(row)); }, filter.tenant.value(), below, filter.actor,
      filter.action, filter.limit + 1));
  if (page.items.size() > filter.limit) {
    page.items.pop_back();
    page.next_cursor = page_cursor(PagedList::audit, page.items.back().number);
  }
  return page;
}

Result<std::vector<KeyUse>> list_key_uses(Connection& db, std::int64_t day) {
  std::vector<KeyUse> uses;
  const auto add = [&](Row row) {
    KeyUse use;
    use.key = KeyId(row.text());
    use.last_used_at = row.optional_time().value_or(TimePoint{});
    use.day = row.integer();
    use.documents = row.as<std::uint64_t>();
    use.bytes = row.as<std::uint64_t>();
    uses.push_back(std::move(use));
  };
  CAIRN_CHECK(
      db.each("SELECT k.id, k.last_used_at, u.day, u.documents, u.bytes FROM key_uses u JOIN keys k ON k.key = u.key "
              "WHERE u.day = ?",
              add, day));
  return uses;
}

Result<TenantQuota> find_quota(Connection& db, const TenantId& tenant) {
  const auto read = [](Row row) {
    TenantQuota quota;
    quota.max_documents = row.as<std::uint64_t>();
    quota.max_bytes = row.as<std::uint64_t>();
    return quota;
  };
  CAIRN_TRY(const auto found,
            db.first("SELECT max_documents, max_bytes FROM quotas WHERE tenant = ?", read, tenant.value()));
  return found.value_or(TenantQuota{});
}

Result<void> set_quota(const AccessWrite& write, const TenantId& tenant, const TenantQuota& quota) {
  CAIRN_CHECK(
      write.db.post("INSERT INTO quotas (tenant, max_documents, max_bytes) VALUES (?1, ?2, ?3) ON CONFLICT (tenant) DO "
                    "UPDATE SET max_documents = ?2, max_bytes = ?3",
                    tenant.value(), quota.max_documents, quota.max_bytes));
  return advance_generation(write);
}

Result<std::uint64_t> prune_access(const AccessWrite& write, std::chrono::milliseconds audit_age) {
  constexpr std::chrono::milliseconds keep_uses = std::chrono::days(2);
  CAIRN_TRY(const auto entries, write.db.run("DELETE FROM audit WHERE at < ?", write.now - audit_age));
  CAIRN_TRY(const auto sessions, write.db.run("DELETE FROM sessions WHERE expires_at < ?1 OR ended_at < ?1",
                                              write.now - remember_ended_sessions));
  const auto oldest_day = std::chrono::floor<std::chrono::days>(write.now - keep_uses).time_since_epoch().count();
  CAIRN_TRY(const auto uses, write.db.run("DELETE FROM key_uses WHERE day < ?", oldest_day));
  return static_cast<std::uint64_t>(entries + sessions + uses);
}

}  // namespace cairn::sql
