#include "app/read_document.h"

#include <algorithm>
#include <memory>
#include <optional>

#include "app/chunk_outline.h"
#include "app/document_record.h"
#include "app/open_segment.h"
#include "index/segment.h"

namespace cairn {
namespace {

struct Place {
  std::shared_ptr<const index::Segment> segment;
  std::uint32_t ordinal = 0;
};

/// The live entry of the document in this manifest; empty when there is none.
Result<std::optional<Place>> find_in(const BlobStore& blobs, const Manifest& manifest, const DocumentId& id) {
  for (const SegmentRecord& record : manifest.segments) {
    CAIRN_TRY(const auto segment, open_segment(blobs, record.blob));
    const auto ordinal = segment->find(to_key(id));
    if (!ordinal) continue;
    const bool is_hidden = std::ranges::any_of(manifest.tombstones, [&](const Tombstone& tombstone) {
      return tombstone.segment == record.blob && tombstone.document == *ordinal;
    });
    if (!is_hidden) return Place{segment, *ordinal};
  }
  return std::nullopt;
}

Result<IndexedText> read(const Place& place, const DocumentId& id) {
  IndexedText result;
  CAIRN_TRY(result.text, place.segment->text(place.ordinal));
  CAIRN_TRY(const DocumentRecord record, from_stored(place.segment->stored(place.ordinal)));
  result.version = record.version;
  const Span chunks = place.segment->chunks_of(place.ordinal);
  for (std::uint32_t i = chunks.start; i < chunks.end; ++i) {
    const index::StoredChunk chunk = place.segment->chunk(i);
    result.chunks.push_back({chunk_id(id, record.version, chunk.ordinal), chunk.span, chunk.page,
                             outline_from_stored(chunk.heading_path).path});
  }
  return result;
}

}  // namespace

Result<Document> find_document(const Catalog& catalog, const Collection& collection,
                               const std::string& id_or_external_id) {
  auto by_id = catalog.document(DocumentId(id_or_external_id));
  if (by_id && by_id->collection == collection.id) return by_id;
  auto by_external_id = catalog.document(document_id(collection.id, id_or_external_id));
  if (!by_external_id && by_external_id.error().kind == ErrorKind::not_found)
    return fail(ErrorKind::not_found, "there is no document '" + id_or_external_id + "' in the collection " +
                                          collection.name + ": see the list of documents");
  return by_external_id;
}

Result<IndexedText> read_indexed_text(const Catalog& catalog, const BlobStore& blobs, const Document& document) {
  constexpr int attempts = 5;  // Each needs a merge and a garbage collection in between to fail.
  for (int attempt = 1;; ++attempt) {
    CAIRN_TRY(const Manifest manifest, catalog.manifest(document.collection));
    auto place = find_in(blobs, manifest, document.id);
    if (!place && place.error().kind == ErrorKind::not_found && attempt < attempts) continue;
    if (!place) return fail(std::move(place).error());
    if (!*place)
      return fail(ErrorKind::not_found,
                  "no version of this document is indexed; its status is " + std::string(to_string(document.status)));
    return read(**place, document.id);
  }
}

}  // namespace cairn
