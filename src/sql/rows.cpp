#include "sql/rows.h"

#include <nlohmann/json.hpp>

#include "base/sha256.h"

namespace cairn::sql {
namespace {

nlohmann::json parse(const std::string& text) {
  nlohmann::json value = nlohmann::json::parse(text, nullptr, false);
  return value.is_discarded() ? nlohmann::json::object() : value;
}

}  // namespace

std::vector<std::string> parse_list(const std::string& text) {
  std::vector<std::string> items;
  for (const auto& item : parse(text))
    if (item.is_string()) items.push_back(item.get<std::string>());
  return items;
}

Collection read_collection(Row row) {
  Collection collection;
  collection.id = CollectionId(row.text());
  collection.tenant = TenantId(row.text());
  collection.name = row.text();
  collection.description = row.text();
  collection.embedding_model = row.text();
  collection.chunking.strategy = row.text();
  collection.chunking.max_tokens = row.as<std::uint32_t>();
  collection.chunking.overlap_tokens = row.as<std::uint32_t>();
  collection.manifest = row.as<std::uint64_t>();
  collection.created_at = row.time();
  return collection;
}

Document read_document(Row row) {
  Document document;
  document.id = to_document_id(row.binary());
  document.collection = CollectionId(row.text());
  document.external_id = row.text();
  document.content_hash = to_blob_id(row.binary());
  document.byte_size = row.as<std::uint64_t>();
  document.version = row.as<std::uint32_t>();
  document.indexed_version = row.as<std::uint32_t>();
  document.status = row.as<DocumentStatus>();
  document.progress = row.real();
  document.error = row.text();
  document.pages = row.as<std::uint32_t>();
  document.chunks = row.as<std::uint32_t>();
  document.tokens = row.as<std::uint64_t>();
  document.created_at = row.time();
  document.updated_at = row.time();
  document.facts.title = row.text();
  document.facts.url = row.text();
  document.facts.language = row.text();
  document.facts.media_type = row.text();
  document.facts.file_name = row.text();
  document.facts.metadata = parse(row.text());
  document.facts.acl = parse_list(row.text());
  return document;
}

Task read_task(Row row) {
  Task task;
  task.id = to_task_id(row.binary());
  task.tenant = TenantId(row.text());
  task.type = row.text();
  task.priority = row.as<int>();
  task.status = row.as<TaskStatus>();
  task.collection = CollectionId(row.text());
  task.document = to_document_id(row.binary());
  task.document_version = row.as<std::uint32_t>();
  task.payload = parse(row.text());
  task.attempts = row.as<std::uint32_t>();
  task.epoch = row.as<std::uint64_t>();
  task.node = NodeId(row.text());
  task.progress = row.real();
  task.error = row.text();
  task.created_at = row.time();
  task.started_at = row.optional_time();
  task.finished_at = row.optional_time();
  task.lease_until = row.optional_time();
  task.not_before = row.optional_time();
  task.deadline = row.optional_time();
  task.expires_at = row.optional_time();
  task.parent = to_task_id(row.binary());
  task.requested_by = parse(row.text());
  task.stage = row.text();
  if (const std::string result = row.text(); !result.empty()) task.result = parse(result);
  task.change = row.as<std::uint64_t>();
  return task;
}

std::string to_text(const nlohmann::json& value) {
  return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::optional<std::int64_t> key_or_null(std::int64_t key) {
  if (key == 0) return std::nullopt;
  return key;
}

std::optional<BinaryValue> id_or_null(const DocumentId& id) {
  if (id.empty()) return std::nullopt;
  return stored(id);
}

std::optional<BinaryValue> id_or_null(const TaskId& id) {
  if (id.empty()) return std::nullopt;
  return stored(id);
}

Result<std::int64_t> collection_key(Connection& connection, const CollectionId& id) {
  CAIRN_TRY(const auto key, connection.first(
                                "SELECT key FROM collections WHERE id = ? AND deleted_at IS NULL",
                                [](Row row) { return row.integer(); }, id.value()));
  if (!key) return fail(ErrorKind::not_found, "there is no collection with the id '" + id.value() + "'");
  return *key;
}

}  // namespace cairn::sql
