#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "app/place_segments.h"
#include "base/result.h"
#include "base/trace.h"
#include "domain/collection.h"
#include "index/snapshot.h"
#include "ports/blob_store.h"
#include "ports/catalog.h"

namespace cairn {

/// One or more collections, each at exactly one committed manifest, ready to be searched. Keeps its segments readable
/// even when they are merged away and collected meanwhile.
struct CollectionSnapshot {
  struct Member {
    CollectionId id;
    std::string name;
    std::uint64_t manifest = 0;
    std::size_t first_segment = 0;  ///< Its segments of the snapshot start here and end where the next member's start.
  };
  std::vector<Member> members;  ///< In the order asked for.
  index::Snapshot snapshot;
  std::vector<PlacedSegment> placed;  ///< Which its segments are, in their order.

  const Member& member_of(std::size_t segment) const;
};

/// A collection at one manifest.
struct CollectionAt {
  CollectionId id;
  std::uint64_t manifest = 0;
};

/// Opens snapshots and keeps what is dear to open: mapped segments, and the snapshots last used with their term
/// statistics. Any thread.
class SnapshotCache {
 public:
  SnapshotCache(const Catalog& catalog, const BlobStore& blobs);

  /// The collections at their newest manifests. A segment that vanishes between reading the manifest and opening it
  /// (another process merged and collected it) makes this read the manifest again. Errors: `corrupt` when a manifest
  /// names a segment that is missing or broken; those of the catalog and the blob store. `trace` may be null; cold
  /// segments are spans of it.
  Result<std::shared_ptr<const CollectionSnapshot>> open(const std::vector<Collection>& collections, Trace* trace);

  /// The collections at exactly these manifests. Errors: as above, and `conflict` when another one is the newest.
  Result<std::shared_ptr<const CollectionSnapshot>> open_at(const std::vector<CollectionAt>& collections, Trace* trace);

 private:
  using SegmentHandle = std::shared_ptr<const index::Segment>;
  struct Recent {
    std::shared_ptr<const CollectionSnapshot> snapshot;
    std::uint64_t last_used = 0;
  };

  /// Null when a segment has vanished meanwhile.
  Result<std::shared_ptr<const CollectionSnapshot>> load(const std::vector<Collection>& collections, Trace* trace);
  Result<SegmentHandle> segment(const BlobId& id, Trace* trace);
  std::shared_ptr<const CollectionSnapshot> recent(const std::vector<Collection>& collections);
  std::shared_ptr<const CollectionSnapshot> recent_at(const std::vector<CollectionAt>& collections);
  void remember(std::shared_ptr<const CollectionSnapshot> snapshot);

  const Catalog& catalog_;
  const BlobStore& blobs_;
  std::mutex mutex_;  // Guards what follows.
  std::unordered_map<BlobId, std::weak_ptr<const index::Segment>> segments_;
  std::unordered_map<std::string, Recent> recent_;  ///< By the ids of the collections.
  std::uint64_t uses_ = 0;
};

}  // namespace cairn
