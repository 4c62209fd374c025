#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "domain/ids.h"

namespace cairn {

/// A segment as a manifest names it.
struct SegmentRecord {
  BlobId blob;
  std::uint64_t bytes = 0;
  std::uint32_t documents = 0;
  std::uint32_t chunks = 0;
  std::string model;  ///< Embedding model; empty: none.

  bool operator==(const SegmentRecord&) const = default;
};

/// A document of a segment that is deleted or replaced.
struct Tombstone {
  BlobId segment;
  std::uint32_t document = 0;  ///< Its ordinal in the segment.
  std::uint32_t chunks = 0;    ///< How many chunks go with it, for counting.

  bool operator==(const Tombstone&) const = default;
};

/// One committed, numbered state of a collection: its segments (in the order they were added) and their tombstones.
struct Manifest {
  CollectionId collection;
  std::uint64_t number = 0;
  std::vector<SegmentRecord> segments;
  std::vector<Tombstone> tombstones;
};

/// A change of a collection from manifest `base` to `base + 1`. It only applies when `base` is still the newest.
struct ManifestEdit {
  CollectionId collection;
  std::uint64_t base = 0;
  std::vector<SegmentRecord> add;
  std::vector<BlobId> remove;  ///< Their tombstones go with them.
  std::vector<Tombstone> tombstones;
};

}  // namespace cairn
