#pragma once

#include <cstdint>
#include <string>

#include "ports/catalog.h"
#include "sql/connection.h"
#include "sql/ids.h"

namespace cairn::sql {

// Column lists in the order in which the functions below read them, as literals so that statements stay literals.
#define CAIRN_COLLECTION_COLUMNS                                                                                      \
  "id, tenant, name, description, embedding_model, chunking_strategy, chunking_max_tokens, chunking_overlap_tokens, " \
  "manifest, created_at"
#define CAIRN_DOCUMENT_COLUMNS                                                                                   \
  "d.id, c.id, d.external_id, d.content_hash, d.byte_size, d.version, d.indexed_version, d.status, d.progress, " \
  "d.error, "                                                                                                    \
  "d.pages, d.chunks, d.tokens, d.created_at, d.updated_at, "                                                    \
  "CASE WHEN d.title = '' THEN d.found_title ELSE d.title END, d.url, CASE WHEN d.language = '' THEN "           \
  "d.found_language ELSE d.language END, "                                                                       \
  "CASE WHEN d.media_type = '' THEN d.found_media_type ELSE d.media_type END, d.file_name, d.metadata, d.acl"
#define CAIRN_TASK_COLUMNS                                                                                      \
  "t.id, t.tenant, t.type, t.priority, t.status, c.id, t.document, t.document_version, t.payload, t.attempts, " \
  "t.epoch, "                                                                                                   \
  "t.node, t.progress, t.error, t.created_at, t.started_at, t.finished_at, t.lease_until, t.not_before, "       \
  "t.deadline, t.expires_at, t.parent, t.requested_by, t.stage, t.result, t.change"
#define CAIRN_TASK_TABLES "tasks t LEFT JOIN collections c ON c.key = t.collection"

Collection read_collection(Row row);
Document read_document(Row row);
Task read_task(Row row);

/// The strings of a JSON list; anything else in it is left out.
std::vector<std::string> parse_list(const std::string& text);

/// One line of JSON; bytes that are not UTF-8 are replaced.
std::string to_text(const nlohmann::json& value);

/// How an optional reference is stored: 0 and the empty id as NULL.
std::optional<std::int64_t> key_or_null(std::int64_t key);
std::optional<BinaryValue> id_or_null(const DocumentId& id);
std::optional<BinaryValue> id_or_null(const TaskId& id);

/// `not_found`, when a collection that was never made or is deleted is named.
Result<std::int64_t> collection_key(Connection& connection, const CollectionId& id);

}  // namespace cairn::sql
