#include "app/snapshot_cache.h"

#include <algorithm>
#include <utility>

#include "app/open_segment.h"

namespace cairn {
namespace {

constexpr std::size_t max_recent = 16;
// Each attempt reads a newer manifest; more overtakings in a row than this are no coincidence.
constexpr int max_attempts_to_open = 8;

std::string key_of(const std::vector<CollectionId>& ids) {
  std::string key;
  for (const CollectionId& id : ids) key.append(id.value()).push_back('\n');
  return key;
}

std::string key_of(const std::vector<Collection>& collections) {
  std::vector<CollectionId> ids;
  for (const Collection& collection : collections) ids.push_back(collection.id);
  return key_of(ids);
}

std::string key_of(const std::vector<CollectionAt>& collections) {
  std::vector<CollectionId> ids;
  for (const CollectionAt& collection : collections) ids.push_back(collection.id);
  return key_of(ids);
}

bool is_at(const CollectionSnapshot& snapshot, const std::vector<CollectionAt>& collections) {
  return std::ranges::equal(snapshot.members, collections, {}, &CollectionSnapshot::Member::manifest,
                            &CollectionAt::manifest);
}

std::vector<std::uint32_t> tombstones_of(const Manifest& manifest, const BlobId& segment) {
  std::vector<std::uint32_t> documents;
  for (const Tombstone& tombstone : manifest.tombstones)
    if (tombstone.segment == segment) documents.push_back(tombstone.document);
  std::ranges::sort(documents);
  const auto repeated = std::ranges::unique(documents);
  documents.erase(repeated.begin(), repeated.end());
  return documents;
}

}  // namespace

const CollectionSnapshot::Member& CollectionSnapshot::member_of(std::size_t segment) const {
  const auto after = std::ranges::upper_bound(members, segment, {}, &Member::first_segment);
  return *std::prev(after);
}

SnapshotCache::SnapshotCache(const Catalog& catalog, const BlobStore& blobs) : catalog_(catalog), blobs_(blobs) {}

Result<std::shared_ptr<const CollectionSnapshot>> SnapshotCache::open(const std::vector<Collection>& collections,
                                                                      Trace* trace) {
  if (auto known = recent(collections)) return known;
  for (int attempt = 1;; ++attempt) {
    CAIRN_TRY(auto loaded, load(collections, trace));
    if (loaded) {
      remember(loaded);
      return loaded;
    }
    if (attempt == max_attempts_to_open)
      return fail(ErrorKind::corrupt,
                  "the newest manifest names a segment that is missing; `cairn fsck` lists what is damaged");
  }
}

Result<std::shared_ptr<const CollectionSnapshot>> SnapshotCache::load(const std::vector<Collection>& collections,
                                                                      Trace* trace) {
  const ScopedSpan loading(trace, "query.load_snapshot");
  std::vector<CollectionSnapshot::Member> members;
  std::vector<index::LiveSegment> segments;
  std::vector<PlacedSegment> placed;
  for (const Collection& collection : collections) {
    CAIRN_TRY(const Manifest manifest, catalog_.manifest(collection.id));
    members.push_back({collection.id, collection.name, manifest.number, segments.size()});
    for (const SegmentRecord& record : manifest.segments) {
      auto opened = segment(record.blob, trace);
      if (!opened && opened.error().kind == ErrorKind::not_found) return nullptr;
      if (!opened) return fail(std::move(opened).error());
      segments.push_back({std::move(*opened), tombstones_of(manifest, record.blob)});
      placed.push_back({record.blob, record.bytes});
    }
  }
  return std::make_shared<const CollectionSnapshot>(std::move(members), index::Snapshot(std::move(segments)),
                                                    std::move(placed));
}

Result<SnapshotCache::SegmentHandle> SnapshotCache::segment(const BlobId& id, Trace* trace) {
  {
    const std::scoped_lock lock(mutex_);
    if (const auto known = segments_.find(id); known != segments_.end())
      if (auto handle = known->second.lock()) return handle;
  }
  ScopedSpan span(trace, "query.open_segment");
  CAIRN_TRY(SegmentHandle handle, span.watch(open_segment(blobs_, id)));
  span.end();
  const std::scoped_lock lock(mutex_);
  std::erase_if(segments_, [](const auto& entry) { return entry.second.expired(); });
  segments_[id] = handle;
  return handle;
}

std::shared_ptr<const CollectionSnapshot> SnapshotCache::recent(const std::vector<Collection>& collections) {
  const std::scoped_lock lock(mutex_);
  const auto found = recent_.find(key_of(collections));
  if (found == recent_.end()) return nullptr;
  const auto& members = found->second.snapshot->members;
  for (std::size_t i = 0; i < members.size(); ++i)
    if (members[i].manifest != collections[i].manifest || members[i].name != collections[i].name) return nullptr;
  found->second.last_used = ++uses_;
  return found->second.snapshot;
}

Result<std::shared_ptr<const CollectionSnapshot>> SnapshotCache::open_at(const std::vector<CollectionAt>& collections,
                                                                         Trace* trace) {
  if (auto known = recent_at(collections)) return known;
  std::vector<Collection> named;
  for (const CollectionAt& each : collections) {
    CAIRN_TRY(Collection collection, catalog_.collection(each.id));
    named.push_back(std::move(collection));
  }
  CAIRN_TRY(auto newest, open(named, trace));
  if (is_at(*newest, collections)) return newest;
  return fail(ErrorKind::conflict, "this node knows another manifest as the newest one: search by yourself, or again");
}

std::shared_ptr<const CollectionSnapshot> SnapshotCache::recent_at(const std::vector<CollectionAt>& collections) {
  const std::scoped_lock lock(mutex_);
  const auto found = recent_.find(key_of(collections));
  if (found == recent_.end() || !is_at(*found->second.snapshot, collections)) return nullptr;
  found->second.last_used = ++uses_;
  return found->second.snapshot;
}

void SnapshotCache::remember(std::shared_ptr<const CollectionSnapshot> snapshot) {
  std::vector<CollectionId> ids;
  for (const auto& member : snapshot->members) ids.push_back(member.id);
  const std::scoped_lock lock(mutex_);
  recent_[key_of(ids)] = {std::move(snapshot), ++uses_};
  if (recent_.size() <= max_recent) return;
  recent_.erase(std::ranges::min_element(recent_, {}, [](const auto& entry) { return entry.second.last_used; }));
}

}  // namespace cairn
