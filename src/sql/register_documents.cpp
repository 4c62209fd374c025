#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <span>

#include "sql/collections.h"
#include "sql/documents.h"
#include "sql/each_of.h"
#include "sql/rows.h"
#include "sql/task_rules.h"

namespace cairn::sql {
namespace {

/// A new document as its row will say it.
struct Wanted {
  DocumentId id;
  const NewDocument& document;
  BinaryValue content_hash;
  std::string metadata, acl;
};

/// What is known of an external id that was registered before.
struct Known {
  std::uint32_t version = 0, indexed_version = 0;
  DocumentStatus status = DocumentStatus::queued;
  std::string acl, content_hash;
  std::array<std::string, 6> facts;  ///< From the title on, in the order of the columns.
  std::vector<ActiveTask> active;    ///< Its queued and running tasks, oldest first.
};

/// One call's constants.
struct Registration {
  const WriteContext& context;
  Collection collection;
  std::int64_t collection_key;
  int priority;
};

Result<Wanted> check(const CollectionId& collection, const NewDocument& document) {
  if (document.external_id.empty() || document.external_id.find('\0') != std::string::npos)
    return fail(ErrorKind::invalid, "an external id is not empty and has no NUL: give the document another");
  auto hash = from_hex(document.content_hash.value(), 32);
  if (!hash) return fail(ErrorKind::invalid, "the content hash of '" + document.external_id + "' is not a SHA-256");
  const auto& metadata = document.facts.metadata;
  if (!metadata.is_object() && !metadata.is_null())
    return fail(ErrorKind::invalid, "the metadata of '" + document.external_id + "' must be a JSON object");
  return Wanted{.id = document_id(collection, document.external_id),
                .document = document,
                .content_hash = *std::move(hash),
                .metadata = metadata.is_null() ? "{}" : to_text(metadata),
                .acl = to_text(nlohmann::json(document.facts.acl))};
}

// What decides whether a document is registered as it was.
#define CAIRN_KNOWN_COLUMNS \
  "id, version, indexed_version, status, acl, content_hash, title, url, language, media_type, file_name, metadata"

Known read_known(Row& row) {
  Known known;
  known.version = row.as<std::uint32_t>();
  known.indexed_version = row.as<std::uint32_t>();
  known.status = row.as<DocumentStatus>();
  known.acl = row.text();
  known.content_hash = row.binary();
  for (std::string& fact : known.facts) fact = row.text();
  return known;
}

bool is_same(const Known& known, const Wanted& wanted) {
  const DocumentFacts& facts = wanted.document.facts;
  const std::array<std::string_view, 6> wanted_facts{facts.title,      facts.url,       facts.language,
                                                     facts.media_type, facts.file_name, wanted.metadata};
  return known.content_hash == wanted.content_hash.bytes && std::ranges::equal(known.facts, wanted_facts) &&
         (wanted.document.keeps_acl || known.acl == wanted.acl);
}

using KnownDocuments = std::map<DocumentId, Known>;

Result<KnownDocuments> read_known_documents(Connection& db, std::span<const DocumentId> ids) {
  KnownDocuments known;
  const auto add = [&](Row row) {
    DocumentId id = to_document_id(row.binary());
    known.emplace(std::move(id), read_known(row));
  };
  CAIRN_CHECK(
      each_of<DocumentId>(db, "SELECT " CAIRN_KNOWN_COLUMNS " FROM documents WHERE id IN " CAIRN_SOME_IDS, ids, add));
  std::vector<DocumentId> there;
  for (const auto& [id, document] : known) there.push_back(id);
  const auto add_active = [&](Row row) {
    std::vector<ActiveTask>& active = known.at(to_document_id(row.binary())).active;
    TaskId id = to_task_id(row.binary());
    std::string type = row.text();
    active.push_back({.id = std::move(id), .type = std::move(type), .document_version = row.as<std::uint32_t>()});
  };
  CAIRN_CHECK(each_of<DocumentId>(db,
                                  "SELECT document, id, type, document_version FROM tasks WHERE status < 2 AND "
                                  "document IN " CAIRN_SOME_IDS " ORDER BY key",
                                  there, add_active));
  return known;
}

Result<TaskId> queue_ingest(const Registration& registration, const DocumentId& id, std::uint32_t version) {
  Task task;
  task.tenant = registration.collection.tenant;
  task.type = "ingest";
  task.priority = registration.priority;
  task.document = id;
  task.document_version = version;
  CAIRN_TRY(const Task queued, insert_task(registration.context, task, registration.collection_key));
  return queued.id;
}

Result<void> insert_document(const Registration& registration, const Wanted& wanted) {
  const DocumentFacts& facts = wanted.document.facts;
  CAIRN_CHECK(registration.context.db.post(
      "INSERT INTO documents (collection, id, external_id, content_hash, byte_size, version, status, created_at, "
      "updated_at, "
      "title, url, language, media_type, file_name, metadata, acl, change) VALUES (?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?, "
      "?, ?, "
      "?, ?, next_change())",
      registration.collection_key, stored(wanted.id), wanted.document.external_id, wanted.content_hash,
      wanted.document.byte_size, DocumentStatus::queued, registration.context.now, registration.context.now,
      facts.title, facts.url, facts.language, facts.media_type, facts.file_name, wanted.metadata, wanted.acl));
  return {};
}

Result<void> update_document(const Registration& registration, const Wanted& wanted, std::uint32_t version) {
  const DocumentFacts& facts = wanted.document.facts;
  CAIRN_CHECK(registration.context.db.post(
      "UPDATE documents SET content_hash = ?, byte_size = ?, version = ?, status = ?, progress = 0, error = '', "
      "updated_at = ?, "
      "title = ?, url = ?, language = ?, media_type = ?, file_name = ?, metadata = ?, acl = ?, "
      "change = next_change() WHERE id = ?",
      wanted.content_hash, wanted.document.byte_size, version, DocumentStatus::queued, registration.context.now,
      facts.title, facts.url, facts.language, facts.media_type, facts.file_name, wanted.metadata, wanted.acl,
      stored(wanted.id)));
  return {};
}

/// A document whose deletion was asked for gets a new version even when nothing changed, so that the deletion cannot
/// touch it.
Result<RegisteredDocument> register_again(const Registration& registration, const Wanted& wanted, const Known& known) {
  const std::vector<ActiveTask>& active = known.active;
  const bool same = is_same(known, wanted);
  const bool dying = std::ranges::find(active, "delete", &ActiveTask::type) != active.end();
  RegisteredDocument result{
      .id = wanted.id, .task = {}, .version = known.version, .unchanged = true, .status = known.status};
  if (same && !dying) {
    const auto ingest = std::ranges::find(active, "ingest", &ActiveTask::type);
    if (ingest != active.end()) {
      result.task = ingest->id;
      return result;
    }
    const bool indexed = known.indexed_version == known.version && known.status != DocumentStatus::failed;
    if (indexed && !wanted.document.only_if_version) return result;
    if (indexed) ++result.version;
  } else {
    ++result.version;
  }
  if (!active.empty())
    CAIRN_CHECK(cancel_active_tasks(registration.context, wanted.id, "a newer version was registered"));
  CAIRN_CHECK(update_document(registration, wanted, result.version));
  CAIRN_TRY(result.task, queue_ingest(registration, wanted.id, result.version));
  result.unchanged = false;
  result.status = DocumentStatus::queued;
  return result;
}

Result<RegisteredDocument> register_one(const Registration& registration, Wanted wanted,
                                        const std::optional<Known>& known) {
  const NewDocument& document = wanted.document;
  if (document.only_if_version && (!known || known->version != *document.only_if_version))
    return fail(ErrorKind::conflict, "'" + document.external_id + "' was changed meanwhile: read it again");
  if (known && document.keeps_acl) wanted.acl = known->acl;
  if (known) return register_again(registration, wanted, *known);
  CAIRN_CHECK(insert_document(registration, wanted));
  CAIRN_TRY(TaskId task, queue_ingest(registration, wanted.id, 1));
  return RegisteredDocument{
      .id = wanted.id, .task = std::move(task), .version = 1, .unchanged = false, .status = DocumentStatus::queued};
}

/// What is known of a document; read anew when an entry before it has changed it.
Result<std::optional<Known>> known_now(const Registration& registration, const KnownDocuments& before,
                                       std::set<DocumentId>& done, const DocumentId& id) {
  const auto look = [&](const KnownDocuments& documents) {
    const auto found = documents.find(id);
    return found == documents.end() ? std::optional<Known>() : found->second;
  };
  if (done.insert(id).second) return look(before);
  CAIRN_TRY(const KnownDocuments now, read_known_documents(registration.context.db, {&id, 1}));
  return look(now);
}

}  // namespace

Result<std::vector<RegisteredDocument>> register_documents(const WriteContext& context, const CollectionId& collection,
                                                           const std::vector<NewDocument>& documents, int priority) {
  CAIRN_CHECK(check_priority(priority));
  CAIRN_TRY(const auto key, collection_key(context.db, collection));
  CAIRN_TRY(Collection row, find_collection(context.db, collection));
  const Registration registration{context, std::move(row), key, priority};
  std::vector<Wanted> wanted;
  std::vector<DocumentId> ids;
  for (const NewDocument& document : documents) {
    CAIRN_TRY(Wanted checked, check(registration.collection.id, document));
    ids.push_back(checked.id);
    wanted.push_back(std::move(checked));
  }
  CAIRN_TRY(const KnownDocuments before, read_known_documents(context.db, ids));
  std::vector<RegisteredDocument> results;
  results.reserve(documents.size());
  std::set<DocumentId> done;
  for (Wanted& one : wanted) {
    CAIRN_TRY(const auto known, known_now(registration, before, done, one.id));
    CAIRN_TRY(RegisteredDocument registered, register_one(registration, std::move(one), known));
    results.push_back(std::move(registered));
  }
  return results;
}

}  // namespace cairn::sql
