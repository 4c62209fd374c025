#include "app/bundle/packed_segments.h"

#include <algorithm>
#include <unordered_map>

#include "app/document_record.h"

namespace cairn::bundle {
namespace {

std::unexpected<Error> damaged(const std::string& what) {
  return fail(ErrorKind::corrupt, "the bundle is damaged: " + what + "; export it again");
}

Result<PackedSegments::Packed> open_one(const PackedBlob& blob, const SegmentRecord& record) {
  const std::string name = "segment " + blob.id.value();
  auto opened = index::Segment::open(blob.bytes);
  if (!opened) return fail(opened.error().kind, name + " of the bundle: " + opened.error().message);
  if (const auto intact = opened->verify(); !intact)
    return fail(intact.error().kind, name + " of the bundle: " + intact.error().message);
  if (opened->document_count() != record.documents || opened->chunk_count() != record.chunks ||
      opened->space().model != record.model)
    return damaged(name + " does not hold what the manifest says");
  const std::uint32_t count = opened->document_count();
  PackedSegments::Packed packed{std::move(*opened), blob.bytes, std::vector<bool>(count), std::vector<bool>(count), {}};
  packed.keys.reserve(count);
  for (std::uint32_t i = 0; i < count; ++i) packed.keys.push_back(packed.segment.key(i));
  blob.file.let_go(blob.bytes);
  return packed;
}

Result<void> mark_dead(PackedSegments::Packed& packed, const Tombstone& tombstone) {
  const std::uint32_t document = tombstone.document;
  if (document >= packed.dead.size() || packed.dead[document] ||
      packed.segment.chunks_of(document).size() != tombstone.chunks)
    return damaged("a deletion does not fit segment " + tombstone.segment.value());
  packed.dead[document] = true;
  return {};
}

}  // namespace

Result<PackedSegments> PackedSegments::open(const Reader& bundle) {
  PackedSegments all;
  all.source_ = bundle.header().collection.id;
  const Manifest& manifest = bundle.manifest();
  std::unordered_map<BlobId, std::size_t> places;
  CAIRN_CHECK(bundle.each_segment([&](const PackedBlob& blob) -> Result<void> {
    if (!places.emplace(blob.id, all.segments_.size()).second) return damaged("a segment is there twice");
    CAIRN_TRY(Packed packed, open_one(blob, manifest.segments[all.segments_.size()]));
    all.segments_.push_back(std::move(packed));
    return {};
  }));
  for (const Tombstone& tombstone : manifest.tombstones)
    CAIRN_CHECK(mark_dead(all.segments_[places.at(tombstone.segment)], tombstone));
  return all;
}

Result<void> PackedSegments::add(const StoredDocument& stored, const CollectionId& target) {
  const Document& document = stored.document;
  const index::DocumentKey key = to_key(document_id(source_, document.external_id));
  const index::DocumentKey target_key = to_key(document_id(target, document.external_id));
  std::uint32_t found_version = 0;
  for (Packed& packed : segments_) {
    const auto place = packed.segment.find(key);
    if (!place) continue;
    if (packed.known[*place]) return damaged("'" + document.external_id + "' is there twice");
    packed.known[*place] = true;
    packed.keys[*place] = target_key;
    if (packed.dead[*place]) continue;
    CAIRN_TRY(const DocumentRecord record, from_stored(packed.segment.stored(*place)));
    if (found_version != 0 || record.version == 0) return damaged("'" + document.external_id + "' is found twice");
    found_version = record.version;
    chunks_ += packed.segment.chunks_of(*place).size();
  }
  if (found_version == document.indexed_version) return {};
  return damaged("of '" + document.external_id + "' another version is found than it says");
}

Result<void> PackedSegments::check_complete() const {
  for (const Packed& packed : segments_)
    for (std::size_t i = 0; i < packed.dead.size(); ++i)
      if (!packed.dead[i] && !packed.known[i]) return damaged("a document is found that it does not list");
  return {};
}

}  // namespace cairn::bundle
