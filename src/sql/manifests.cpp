#include "sql/manifests.h"

#include "sql/rows.h"

namespace cairn::sql {
namespace {

/// Rows of removed segments stay for so many manifests, so that somebody who looks into a store that misbehaves can see
/// what happened last.
constexpr std::uint64_t kept_manifests = 100;

/// One edit on its way in.
struct Edit {
  const WriteContext& context;
  std::int64_t collection;
  std::uint64_t number;
};

struct LiveSegment {
  std::int64_t key = 0;
  std::uint32_t documents = 0;
};

std::unexpected<Error> refuse(const std::string& what, const BlobId& segment) {
  return fail(ErrorKind::invalid, "a manifest edit " + what + " segment " + segment.value());
}

Result<void> add_segment(const Edit& edit, const SegmentRecord& segment) {
  const auto blob = from_hex(segment.blob.value(), 32);
  if (!blob) return refuse("adds, under a name that is no SHA-256,", segment.blob);
  CAIRN_TRY(const auto added,
            edit.context.db.run("INSERT INTO segments (collection, blob, bytes, documents, chunks, model, since) "
                                "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                                edit.collection, *blob, segment.bytes, segment.documents, segment.chunks, segment.model,
                                edit.number));
  if (added == 0) return refuse("adds twice", segment.blob);
  return {};
}

Result<void> remove_segment(const Edit& edit, const BlobId& segment) {
  CAIRN_TRY(const auto removed,
            edit.context.db.run("UPDATE segments SET until = ? WHERE collection = ? AND blob = ? AND until IS NULL",
                                edit.number, edit.collection, stored(segment)));
  if (removed == 0) return refuse("removes, although the manifest does not have it,", segment);
  return {};
}

Result<void> add_tombstone(const Edit& edit, const Tombstone& tombstone) {
  Connection& db = edit.context.db;
  const auto read = [](Row row) {
    const auto key = row.integer();
    return LiveSegment{.key = key, .documents = row.as<std::uint32_t>()};
  };
  CAIRN_TRY(const auto segment,
            db.first("SELECT key, documents FROM segments WHERE collection = ? AND blob = ? AND until IS NULL", read,
                     edit.collection, stored(tombstone.segment)));
  if (!segment) return refuse("tombstones a document in, although the manifest does not have it,", tombstone.segment);
  if (tombstone.document >= segment->documents)
    return refuse("tombstones a document beyond the end of", tombstone.segment);
  CAIRN_TRY(
      const auto added,
      db.run("INSERT INTO tombstones (segment, document, chunks, since) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
             segment->key, tombstone.document, tombstone.chunks, edit.number));
  if (added == 0) return {};  // Dead already.
  CAIRN_CHECK(
      db.post("UPDATE segments SET dead_documents = dead_documents + 1, dead_chunks = dead_chunks + ? WHERE key = ?",
              tombstone.chunks, segment->key));
  return {};
}

Result<void> forget_old_segments(const Edit& edit) {
  if (edit.number <= kept_manifests) return {};
  CAIRN_CHECK(edit.context.db.post("DELETE FROM segments WHERE collection = ? AND until IS NOT NULL AND until <= ?",
                                   edit.collection, edit.number - kept_manifests));
  return {};
}

}  // namespace

Result<std::optional<std::uint64_t>> manifest_number(Connection& db, const CollectionId& collection) {
  return db.first(
      "SELECT manifest FROM collections WHERE id = ? AND deleted_at IS NULL",
      [](Row row) { return row.as<std::uint64_t>(); }, collection.value());
}

Result<Manifest> read_manifest(Connection& db, const CollectionId& collection) {
  CAIRN_TRY(const auto key, collection_key(db, collection));
  CAIRN_TRY(const auto number, manifest_number(db, collection));
  Manifest manifest{.collection = collection, .number = number.value_or(0), .segments = {}, .tombstones = {}};
  const auto add_segment_row = [&](Row row) {
    SegmentRecord segment;
    segment.blob = to_blob_id(row.binary());
    segment.bytes = row.as<std::uint64_t>();
    segment.documents = row.as<std::uint32_t>();
    segment.chunks = row.as<std::uint32_t>();
    segment.model = row.text();
    manifest.segments.push_back(std::move(segment));
  };
  CAIRN_CHECK(db.each(
      "SELECT blob, bytes, documents, chunks, model FROM segments WHERE collection = ? AND until IS NULL ORDER BY key",
      add_segment_row, key));
  const auto add_tombstone_row = [&](Row row) {
    Tombstone tombstone;
    tombstone.segment = to_blob_id(row.binary());
    tombstone.document = row.as<std::uint32_t>();
    tombstone.chunks = row.as<std::uint32_t>();
    manifest.tombstones.push_back(std::move(tombstone));
  };
  CAIRN_CHECK(
      db.each("SELECT s.blob, t.document, t.chunks FROM segments s JOIN tombstones t ON t.segment = s.key "
              "WHERE s.collection = ? AND s.until IS NULL ORDER BY s.key, t.document",
              add_tombstone_row, key));
  return manifest;
}

Result<void> apply_edit(const WriteContext& context, const ManifestEdit& change) {
  CAIRN_TRY(const auto key, collection_key(context.db, change.collection));
  const Edit edit{context, key, change.base + 1};
  for (const BlobId& segment : change.remove) CAIRN_CHECK(remove_segment(edit, segment));
  for (const SegmentRecord& segment : change.add) CAIRN_CHECK(add_segment(edit, segment));
  for (const Tombstone& tombstone : change.tombstones) CAIRN_CHECK(add_tombstone(edit, tombstone));
  CAIRN_CHECK(forget_old_segments(edit));
  CAIRN_CHECK(context.db.post("UPDATE collections SET manifest = ? WHERE key = ?", edit.number, key));
  return {};
}

}  // namespace cairn::sql
