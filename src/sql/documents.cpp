#include "sql/documents.h"

#include "ports/page_cursor.h"
#include "sql/collections.h"
#include "sql/rows.h"
#include "sql/task_rules.h"

namespace cairn::sql {
namespace {

constexpr std::size_t document_statuses = static_cast<std::size_t>(DocumentStatus::failed) + 1;

// A page of the documents that meet a condition, in the order of their external ids.
#define CAIRN_DOCUMENTS_WHERE(condition)                                                                             \
  "SELECT " CAIRN_DOCUMENT_COLUMNS                                                                                   \
  " FROM documents d JOIN collections c ON c.key = d.collection "                                                    \
  "WHERE d.collection = ?1 AND " condition                                                                           \
  " AND d.external_id > ?2 "                                                                                         \
  "AND (?4 IS NULL OR lower(d.external_id) LIKE lower(?4) ESCAPE '\\' OR lower(d.title) LIKE lower(?4) ESCAPE '\\' " \
  "OR (d.title = '' AND lower(d.found_title) LIKE lower(?4) ESCAPE '\\')) "                                          \
  "AND (?6 IS NULL OR d.acl = '[]' OR EXISTS (SELECT 1 FROM json_each(d.acl) WHERE value IN "                        \
  "(SELECT value FROM json_each(?6)))) ORDER BY d.external_id LIMIT ?5"

/// A LIKE pattern that finds `text` anywhere.
std::string anywhere(const std::string& text) {
  std::string pattern = "%";
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '\\') pattern.push_back('\\');
    pattern.push_back(c);
  }
  return pattern + "%";
}

}  // namespace

Result<void> check_priority(int priority) {
  if (priority >= 0 && priority <= 9) return {};
  return fail(ErrorKind::invalid, "a priority is a number from 0 (first) to 9 (last)");
}

Result<Document> find_document(Connection& db, const DocumentId& id) {
  CAIRN_TRY(auto found, db.first("SELECT " CAIRN_DOCUMENT_COLUMNS
                                 " FROM documents d JOIN collections c ON c.key = d.collection WHERE d.id = ?",
                                 read_document, stored(id)));
  if (!found) return fail(ErrorKind::not_found, "there is no document '" + id.value() + "': see the list of documents");
  return *std::move(found);
}

Result<Page<Document>> list_documents(Connection& db, const DocumentFilter& filter) {
  if (filter.limit == 0)
    return fail(ErrorKind::invalid, "a page has at least one document: ask for a limit of 1 or more");
  CAIRN_TRY(const auto key, collection_key(db, filter.collection));
  CAIRN_TRY(const std::string after, page_position(PagedList::documents, filter.cursor));  // No external id is empty.
  Page<Document> page;
  const auto text = filter.text.empty() ? std::optional<std::string>() : anywhere(filter.text);
  // With a status the index by status leads; without, the one by external id.
  constexpr std::string_view by_status = CAIRN_DOCUMENTS_WHERE("d.status = ?3");
  constexpr std::string_view any_status = CAIRN_DOCUMENTS_WHERE("?3 IS NULL");
  CAIRN_CHECK(db.each(
      filter.status ? by_status : any_status, [&](Row row) { page.items.push_back(read_document(row)); }, key, after,
      filter.status, text, filter.limit + 1,
      filter.visible_to ? std::optional(to_text(nlohmann::json(*filter.visible_to))) : std::nullopt));
  if (page.items.size() > filter.limit) {
    page.items.pop_back();
    page.next_cursor = page_cursor(PagedList::documents, page.items.back().external_id);
  }
  return page;
}

Result<TaskId> request_deletion(const WriteContext& context, const DocumentId& id, int priority) {
  CAIRN_CHECK(check_priority(priority));
  CAIRN_TRY(const Document document, find_document(context.db, id));
  CAIRN_TRY(const auto active, active_tasks(context.db, id));
  Task task;
  for (const ActiveTask& other : active)
    if (other.type == "delete") return other.id;
  if (!active.empty()) {
    CAIRN_CHECK(cancel_active_tasks(context, id, "the document is to be deleted"));
    task.document = id;
    task.document_version = document.version;
    CAIRN_CHECK(cancel_document(context, task));
  }
  CAIRN_TRY(const Collection collection_row, find_collection(context.db, document.collection));
  CAIRN_TRY(const auto key, collection_key(context.db, document.collection));
  task.tenant = collection_row.tenant;
  task.type = "delete";
  task.priority = priority;
  task.document = id;
  task.document_version = document.version;
  CAIRN_TRY(const Task queued, insert_task(context, task, key));
  return queued.id;
}

Result<CollectionCounts> count_visible(Connection& db, const CollectionId& collection,
                                       const std::vector<std::string>& groups) {
  CAIRN_TRY(const auto key, collection_key(db, collection));
  struct Visible {
    std::int64_t documents = 0, hidden = 0, chunks = 0;
  };
  const auto read = [](Row row) {
    Visible visible;
    visible.documents = row.integer();
    visible.chunks = row.integer();
    visible.hidden = row.integer();
    return visible;
  };
  CAIRN_TRY(const auto counted,
            db.first("SELECT count(*) FILTER (WHERE seen), CAST(coalesce(sum(chunks) FILTER (WHERE seen), 0) AS "
                     "BIGINT), count(*) FILTER "
                     "(WHERE NOT seen) FROM (SELECT chunks, acl = '[]' OR EXISTS (SELECT 1 FROM json_each(acl) WHERE "
                     "value IN (SELECT value FROM json_each(?2))) AS seen, indexed_version FROM documents "
                     "WHERE collection = ?1) found WHERE indexed_version > 0 OR NOT seen",
                     read, key, to_text(nlohmann::json(groups))));
  if (!counted || counted->hidden == 0) return count_collection(db, collection);
  return CollectionCounts{.documents = static_cast<std::uint64_t>(counted->documents),
                          .chunks = static_cast<std::uint64_t>(counted->chunks)};
}

Result<StoredTotals> add_up(Connection& db, const TenantId& tenant) {
  const auto read = [](Row row) {
    StoredTotals totals;
    totals.documents = row.as<std::uint64_t>();
    totals.bytes = row.as<std::uint64_t>();
    return totals;
  };
  CAIRN_TRY(const auto found,
            db.first("SELECT count(*), CAST(coalesce(sum(d.byte_size), 0) AS BIGINT) FROM documents d JOIN collections "
                     "c ON c.key = d.collection WHERE c.tenant = ?",
                     read, tenant.value()));
  return found.value_or(StoredTotals{});
}

Result<std::vector<std::uint64_t>> count_documents(Connection& db, const CollectionId& collection) {
  CAIRN_TRY(const auto key, collection_key(db, collection));
  std::vector<std::uint64_t> counts(document_statuses);
  const auto read = [&](Row row) {
    const auto status = row.as<std::size_t>();
    if (status < counts.size()) counts[status] = row.as<std::uint64_t>();
  };
  CAIRN_CHECK(db.each("SELECT status, count(*) FROM documents WHERE collection = ? GROUP BY status", read, key));
  return counts;
}

}  // namespace cairn::sql
