#include "sql/portable.h"

#include <vector>

#include "sql/collections.h"
#include "sql/documents.h"
#include "sql/manifests.h"
#include "sql/rows.h"
#include "sql/task_rules.h"

namespace cairn::sql {
namespace {

constexpr std::size_t documents_at_once = 500;

StoredDocument read_stored(Row row) {
  StoredDocument stored;
  Document& document = stored.document;
  document.id = to_document_id(row.binary());
  document.external_id = row.text();
  document.content_hash = to_blob_id(row.binary());
  document.byte_size = row.as<std::uint64_t>();
  document.version = row.as<std::uint32_t>();
  document.indexed_version = row.as<std::uint32_t>();
  document.status = row.as<DocumentStatus>();
  document.error = row.text();
  document.pages = row.as<std::uint32_t>();
  document.chunks = row.as<std::uint32_t>();
  document.tokens = row.as<std::uint64_t>();
  document.created_at = row.time();
  document.updated_at = row.time();
  DocumentFacts& facts = document.facts;
  facts.title = row.text();
  facts.url = row.text();
  facts.language = row.text();
  facts.media_type = row.text();
  facts.file_name = row.text();
  facts.metadata = nlohmann::json::parse(row.text(), nullptr, false);
  if (!facts.metadata.is_object()) facts.metadata = nlohmann::json::object();
  facts.acl = parse_list(row.text());
  stored.found_title = row.text();
  stored.found_language = row.text();
  stored.found_media_type = row.text();
  stored.deletion_requested = row.integer() != 0;
  return stored;
}

Result<std::vector<StoredDocument>> read_some(Connection& db, std::int64_t collection, const std::string& after) {
  std::vector<StoredDocument> some;
  CAIRN_CHECK(db.each(
      "SELECT d.id, d.external_id, d.content_hash, d.byte_size, d.version, d.indexed_version, d.status, d.error, "
      "d.pages, d.chunks, d.tokens, d.created_at, d.updated_at, d.title, d.url, d.language, d.media_type, "
      "d.file_name, d.metadata, d.acl, d.found_title, d.found_language, d.found_media_type, CASE WHEN EXISTS (SELECT 1 "
      "FROM tasks t WHERE t.document = d.id AND t.type = 'delete' AND t.status < 2) THEN 1 ELSE 0 END "
      "FROM documents d WHERE d.collection = ?1 AND d.external_id > ?2 ORDER BY d.external_id LIMIT ?3",
      [&](Row row) { some.push_back(read_stored(row)); }, collection, after, documents_at_once));
  return some;
}

/// A collection on its way in.
struct Entry {
  const WriteContext& context;
  const Collection& collection;
  std::int64_t key;
};

std::unexpected<Error> refuse(const StoredDocument& stored, const char* why) {
  return fail(ErrorKind::invalid, "the document '" + stored.document.external_id + "' " + why);
}

Result<void> check_document(const Entry& entry, const StoredDocument& stored) {
  const Document& document = stored.document;
  if (document.external_id.empty() || document.external_id.find('\0') != std::string::npos)
    return refuse(stored, "has no external id, or one with NUL");
  if (document.id != document_id(entry.collection.id, document.external_id))
    return refuse(stored, "does not belong to this collection");
  if (!from_hex(document.content_hash.value(), 32)) return refuse(stored, "has a content hash that is no SHA-256");
  if (document.version == 0 || document.indexed_version > document.version)
    return refuse(stored, "has versions that cannot be");
  if (document.status == DocumentStatus::indexed && document.indexed_version == 0)
    return refuse(stored, "is called indexed and never was");
  return {};
}

bool is_unfinished(DocumentStatus status) {
  return status != DocumentStatus::indexed && status != DocumentStatus::failed;
}

Result<void> queue(const Entry& entry, const Document& document, const char* type) {
  Task task;
  task.tenant = entry.collection.tenant;
  task.type = type;
  task.document = document.id;
  task.document_version = document.version;
  CAIRN_CHECK(insert_task(entry.context, task, entry.key));
  return {};
}

Result<void> write_document(const Entry& entry, const StoredDocument& stored) {
  CAIRN_CHECK(check_document(entry, stored));
  const Document& document = stored.document;
  const DocumentFacts& facts = document.facts;
  const bool unfinished = is_unfinished(document.status);
  const DocumentStatus status = unfinished ? DocumentStatus::queued : document.status;
  CAIRN_CHECK(entry.context.db.post(
      "INSERT INTO documents (collection, id, external_id, content_hash, byte_size, version, indexed_version, status, "
      "progress, error, pages, chunks, tokens, created_at, updated_at, title, url, language, media_type, file_name, "
      "metadata, acl, found_title, found_language, found_media_type, change) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
      "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, next_change())",
      entry.key, sql::stored(document.id), document.external_id, sql::stored(document.content_hash), document.byte_size,
      document.version, document.indexed_version, status, status == DocumentStatus::indexed ? 1.0 : 0.0, document.error,
      document.pages, document.chunks, document.tokens, document.created_at, document.updated_at, facts.title,
      facts.url, facts.language, facts.media_type, facts.file_name, to_text(facts.metadata),
      to_text(nlohmann::json(facts.acl)), stored.found_title, stored.found_language, stored.found_media_type));
  if (stored.deletion_requested) return queue(entry, document, "delete");
  return unfinished ? queue(entry, document, "ingest") : Result<void>();
}

/// As one edit of the manifest before it, which had nothing.
Result<void> write_manifest(const WriteContext& context, const StoredCollection& wanted) {
  const Manifest& manifest = wanted.manifest;
  if (manifest.number > 0)
    return apply_edit(context, {.collection = wanted.collection.id,
                                .base = manifest.number - 1,
                                .add = manifest.segments,
                                .remove = {},
                                .tombstones = manifest.tombstones});
  if (manifest.segments.empty() && manifest.tombstones.empty()) return {};
  return fail(ErrorKind::invalid, "a manifest with segments has a number");
}

}  // namespace

Result<void> read_collection(Connection& db, const CollectionId& id, const CollectionReader& reader) {
  CAIRN_TRY(const auto key, collection_key(db, id));
  StoredCollection stored;
  CAIRN_TRY(stored.collection, find_collection(db, id));
  CAIRN_TRY(stored.manifest, read_manifest(db, id));
  CAIRN_CHECK(reader.on_collection(stored));
  for (std::string after;;) {
    CAIRN_TRY(std::vector<StoredDocument> some, read_some(db, key, after));
    for (StoredDocument& document : some) {
      document.document.collection = id;
      CAIRN_CHECK(reader.on_document(document));
    }
    if (some.size() < documents_at_once) return {};
    after = some.back().document.external_id;
  }
}

Result<void> write_collection(const WriteContext& context, const StoredCollection& wanted,
                              const DocumentSource& documents) {
  Collection collection = wanted.collection;
  CAIRN_TRY(const CollectionId next, next_collection_id(context.db, collection.tenant, collection.name));
  const bool is_next = next == collection.id;
  collection.id = next;
  collection.manifest = 0;
  CAIRN_CHECK(insert_collection(context, collection));  // First, for its error says that the name is taken.
  if (!is_next)
    return fail(ErrorKind::conflict, "a collection '" + collection.name + "' was made or deleted meanwhile: try again");
  CAIRN_CHECK(write_manifest(context, wanted));
  CAIRN_TRY(const auto key, collection_key(context.db, next));
  const Entry entry{context, collection, key};
  return documents([&](const StoredDocument& document) { return write_document(entry, document); });
}

}  // namespace cairn::sql
