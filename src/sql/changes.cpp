#include "sql/changes.h"

#include <algorithm>
#include <iterator>

#include "sql/rows.h"

namespace cairn::sql {
namespace {

constexpr int kept_removals = 10'000;
constexpr std::int64_t changes_between_prunings = 1'024;

#define CAIRN_REPLACE_REMOVAL                                                                         \
  "ON CONFLICT (kind, id) DO UPDATE SET tenant = excluded.tenant, collection = excluded.collection, " \
  "acl = excluded.acl, change = excluded.change"

Result<std::int64_t> counter(Connection& db, std::string_view name) {
  CAIRN_TRY(const auto value,
            db.first("SELECT value FROM counters WHERE name = ?", [](Row row) { return row.integer(); }, name));
  return value.value_or(0);
}

Change read_task_change(Row row) {
  Change change;
  change.kind = ChangeKind::task;
  change.number = row.as<std::uint64_t>();
  change.external_id = row.text();
  const std::string acl = row.text();
  change.task = read_task(row);
  change.tenant = change.task->tenant;
  change.collection = change.task->collection;
  change.document_id = change.task->document;
  change.acl = parse_list(acl);
  change.acl_is_known = change.document_id.empty() || !acl.empty();
  return change;
}

Change read_document_change(Row row) {
  Change change;
  change.kind = ChangeKind::document;
  change.number = row.as<std::uint64_t>();
  change.tenant = TenantId(row.text());
  change.document = read_document(row);
  change.collection = change.document->collection;
  change.document_id = change.document->id;
  change.external_id = change.document->external_id;
  change.acl = change.document->facts.acl;
  return change;
}

Change read_removal(Row row) {
  Change change;
  change.number = row.as<std::uint64_t>();
  change.kind = row.as<ChangeKind>();
  const std::string id = row.binary();
  change.tenant = TenantId(row.text());
  change.collection = CollectionId(row.text());
  change.acl = parse_list(row.text());
  if (change.kind == ChangeKind::removed_document) change.document_id = to_document_id(id);
  return change;
}

/// Each part is read by the index on its numbers, at most `limit + 1` rows of it.
Result<std::vector<Change>> read_parts(Connection& db, const ChangeFilter& filter) {
  std::vector<Change> found;
  const auto tenant = filter.tenant ? std::optional(filter.tenant->value()) : std::nullopt;
  CAIRN_CHECK(db.each(
      "SELECT t.change, coalesce(d.external_id, ''), coalesce(d.acl, r.acl, ''), " CAIRN_TASK_COLUMNS
      " FROM " CAIRN_TASK_TABLES
      " LEFT JOIN documents d ON d.id = t.document LEFT JOIN removals r ON r.kind = 2 AND r.id = "
      "t.document WHERE t.change > ?1 AND (?2 IS NULL OR t.tenant = ?2) ORDER BY t.change LIMIT ?3",
      [&](Row row) { found.push_back(read_task_change(row)); }, filter.after, tenant, filter.limit + 1));
  CAIRN_CHECK(db.each(
      "SELECT d.change, c.tenant, " CAIRN_DOCUMENT_COLUMNS
      " FROM documents d LEFT JOIN collections c ON c.key = d.collection "
      "WHERE d.change > ?1 AND (?2 IS NULL OR c.tenant = ?2) ORDER BY d.change LIMIT ?3",
      [&](Row row) { found.push_back(read_document_change(row)); }, filter.after, tenant, filter.limit + 1));
  CAIRN_CHECK(db.each(
      "SELECT change, kind, id, tenant, collection, acl FROM removals r WHERE change > ?1 AND (?2 IS NULL OR tenant = "
      "?2) AND NOT (kind = 2 AND EXISTS (SELECT 1 FROM documents d WHERE d.id = r.id)) ORDER BY change LIMIT ?3",
      [&](Row row) { found.push_back(read_removal(row)); }, filter.after, tenant, filter.limit + 1));
  return found;
}

}  // namespace

Result<void> forget_old_removals(Connection& db, std::int64_t before, std::int64_t newest_change) {
  if (newest_change / changes_between_prunings == before / changes_between_prunings) return {};
  CAIRN_TRY(const auto newest, db.first(
                                   "SELECT change FROM removals ORDER BY change DESC LIMIT 1 OFFSET ?",
                                   [](Row row) { return row.integer(); }, kept_removals));
  if (!newest) return {};
  CAIRN_CHECK(db.post("DELETE FROM removals WHERE change <= ?", *newest));
  CAIRN_CHECK(db.post("UPDATE counters SET value = ? WHERE name = 'removals_forgotten'", *newest));
  return {};
}

Result<void> note_removed_document(const WriteContext& context, const DocumentId& id) {
  CAIRN_CHECK(
      context.db.post("INSERT INTO removals (kind, id, tenant, collection, acl, change) SELECT ?, d.id, c.tenant, "
                      "c.id, d.acl, next_change() FROM documents d JOIN collections c ON c.key = d.collection "
                      "WHERE d.id = ? " CAIRN_REPLACE_REMOVAL,
                      ChangeKind::removed_document, stored(id)));
  return {};
}

Result<void> note_removed_collection(const WriteContext& context, const CollectionId& id) {
  CAIRN_CHECK(
      context.db.post("INSERT INTO removals (kind, id, tenant, collection, acl, change) SELECT ?, ?, tenant, "
                      "id, '[]', next_change() FROM collections WHERE id = ? " CAIRN_REPLACE_REMOVAL,
                      ChangeKind::removed_collection, BinaryValue{id.value()}, id.value()));
  return {};
}

Result<Changes> list_changes(Connection& db, const ChangeFilter& filter) {
  if (filter.limit == 0) return fail(ErrorKind::invalid, "ask for at least one change");
  CAIRN_TRY(const std::int64_t newest, counter(db, "change"));
  CAIRN_TRY(const std::int64_t forgotten, counter(db, "removals_forgotten"));
  Changes changes;
  CAIRN_TRY(changes.items, read_parts(db, filter));
  std::ranges::sort(changes.items, {}, &Change::number);
  changes.forgot_removals = filter.after < static_cast<std::uint64_t>(forgotten);
  changes.complete = changes.items.size() <= filter.limit;
  if (!changes.complete) changes.items.resize(filter.limit);
  changes.last =
      changes.complete ? std::max(filter.after, static_cast<std::uint64_t>(newest)) : changes.items.back().number;
  return changes;
}

Result<std::uint64_t> last_change(Connection& db) {
  CAIRN_TRY(const std::int64_t newest, counter(db, "change"));
  return static_cast<std::uint64_t>(newest);
}

}  // namespace cairn::sql
