#include "sql/collections.h"

#include <algorithm>

#include "base/utf8.h"
#include "sql/changes.h"
#include "sql/rows.h"

namespace cairn::sql {
namespace {

constexpr std::size_t longest_name_bytes = 512;

/// A name stands in URLs and on command lines.
Result<void> check_name(const std::string& name) {
  const auto is_bad = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f || c == '/' || c == '\\'; };
  const bool good = !name.empty() && name.size() <= longest_name_bytes && utf8::is_valid(name) &&
                    std::ranges::none_of(name, is_bad) && name.front() != ' ' && name.back() != ' ' && name != "." &&
                    name != "..";
  if (good) return {};
  return fail(ErrorKind::invalid,
              "a collection's name has 1 to 512 bytes of UTF-8, without slashes, control characters, or "
              "spaces at its ends: choose another");
}

Result<void> check_free(Connection& db, const Collection& wanted) {
  CAIRN_TRY(const auto taken,
            db.first(
                "SELECT 1 FROM collections WHERE (tenant = ?1 AND name = ?2 AND deleted_at IS NULL) OR id = ?3",
                [](Row row) { return row.integer(); }, wanted.tenant.value(), wanted.name, wanted.id.value()));
  if (!taken) return {};
  return fail(ErrorKind::conflict,
              "there is a collection '" + wanted.name + "' already: use it, or choose another name");
}

}  // namespace

Result<CollectionId> next_collection_id(Connection& db, const TenantId& tenant, const std::string& name) {
  CAIRN_CHECK(check_name(name));
  if (tenant.empty()) return fail(ErrorKind::invalid, "a collection needs a tenant");
  CAIRN_TRY(const auto uses, db.first(
                                 "SELECT count(*) FROM collections WHERE tenant = ? AND name = ?",
                                 [](Row row) { return row.integer(); }, tenant.value(), name));
  return new_collection_id(tenant, name, uses.value_or(0));
}

Result<void> insert_collection(const WriteContext& context, const Collection& made) {
  CAIRN_CHECK(check_free(context.db, made));
  return context.db.post(
      "INSERT INTO collections (id, tenant, name, description, embedding_model, chunking_strategy, "
      "chunking_max_tokens, chunking_overlap_tokens, manifest, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      made.id.value(), made.tenant.value(), made.name, made.description, made.embedding_model, made.chunking.strategy,
      made.chunking.max_tokens, made.chunking.overlap_tokens, made.manifest, made.created_at);
}

Result<Collection> create_collection(const WriteContext& context, const Collection& wanted) {
  Collection made = wanted;
  CAIRN_TRY(const CollectionId next, next_collection_id(context.db, made.tenant, made.name));
  if (made.id.empty()) made.id = next;
  made.manifest = 0;
  made.created_at = context.now;
  CAIRN_CHECK(insert_collection(context, made));
  return made;
}

Result<Collection> find_collection(Connection& db, const TenantId& tenant, const std::string& name) {
  CAIRN_TRY(auto found, db.first("SELECT " CAIRN_COLLECTION_COLUMNS
                                 " FROM collections WHERE tenant = ? AND name = ? AND deleted_at IS NULL",
                                 read_collection, tenant.value(), name));
  if (!found) return fail(ErrorKind::not_found, "there is no collection '" + name + "': see the list of collections");
  return *std::move(found);
}

Result<Collection> find_collection(Connection& db, const CollectionId& id) {
  CAIRN_TRY(auto found,
            db.first("SELECT " CAIRN_COLLECTION_COLUMNS " FROM collections WHERE id = ? AND deleted_at IS NULL",
                     read_collection, id.value()));
  if (!found) return fail(ErrorKind::not_found, "there is no collection with the id '" + id.value() + "'");
  return *std::move(found);
}

Result<std::vector<Collection>> list_collections(Connection& db, const TenantId& tenant) {
  std::vector<Collection> all;
  CAIRN_CHECK(db.each(
      "SELECT " CAIRN_COLLECTION_COLUMNS " FROM collections WHERE tenant = ? AND deleted_at IS NULL ORDER BY name",
      [&](Row row) { all.push_back(read_collection(row)); }, tenant.value()));
  return all;
}

Result<std::vector<Collection>> list_all_collections(Connection& db) {
  std::vector<Collection> all;
  CAIRN_CHECK(db.each("SELECT " CAIRN_COLLECTION_COLUMNS
                      " FROM collections WHERE deleted_at IS NULL ORDER BY tenant, name",
                      [&](Row row) { all.push_back(read_collection(row)); }));
  return all;
}

Result<CollectionCounts> count_collection(Connection& db, const CollectionId& id) {
  CAIRN_TRY(const auto key, collection_key(db, id));
  const auto read = [](Row row) {
    CollectionCounts counts;
    counts.documents = row.as<std::uint64_t>();
    counts.chunks = row.as<std::uint64_t>();
    counts.segments = row.as<std::uint64_t>();
    counts.bytes = row.as<std::uint64_t>();
    return counts;
  };
  CAIRN_TRY(const auto counts, db.first("SELECT CAST(sum(documents - dead_documents) AS BIGINT), CAST(sum(chunks - "
                                        "dead_chunks) AS BIGINT), count(*), CAST(sum(bytes) AS BIGINT) "
                                        "FROM segments WHERE collection = ? AND until IS NULL",
                                        read, key));
  return counts.value_or(CollectionCounts{});
}

namespace {

/// Some at a time: a database may limit how long one statement takes.
Result<void> delete_documents(Connection& db, std::int64_t collection) {
  constexpr std::int64_t at_once = 10'000;
  for (;;) {
    CAIRN_TRY(const auto deleted,
              db.run("DELETE FROM documents WHERE key IN (SELECT key FROM documents WHERE collection = ? LIMIT ?)",
                     collection, at_once));
    if (deleted < at_once) return {};
  }
}

}  // namespace

Result<void> delete_collection(const WriteContext& context, const CollectionId& id) {
  Connection& db = context.db;
  const auto found = collection_key(db, id);
  if (!found) return found.error().kind == ErrorKind::not_found ? Result<void>() : fail(found.error());
  const std::int64_t key = *found;
  CAIRN_CHECK(note_removed_collection(context, id));
  CAIRN_CHECK(db.post("DELETE FROM tasks WHERE collection = ? AND status = 0", key));
  CAIRN_CHECK(
      db.post("UPDATE tasks SET status = 4, finished_at = ?, lease_until = NULL, error = 'the collection was deleted', "
              "change = next_change() WHERE collection = ? AND status = 1",
              context.now, key));
  CAIRN_CHECK(delete_documents(db, key));
  CAIRN_CHECK(db.post("DELETE FROM segments WHERE collection = ?", key));
  CAIRN_CHECK(db.post("UPDATE collections SET deleted_at = ? WHERE key = ?", context.now, key));
  return {};
}

}  // namespace cairn::sql
