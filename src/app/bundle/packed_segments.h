#pragma once

#include <vector>

#include "app/bundle/bundle_reader.h"
#include "index/segment.h"

namespace cairn::bundle {

/// The segments of a bundle, with the documents that they hold under the ids of another collection. What a manifest and
/// a document say is compared with what its segments hold. Memory: some 20 bytes a document.
class PackedSegments {
 public:
  /// Checks each segment in itself and against the manifest. The bundle must stay. Errors: `corrupt`, `unsupported`.
  static Result<PackedSegments> open(const Reader& bundle);

  /// A document of the bundle: the version that it says is found is found, once. Notes its id in `target`. Errors:
  /// `corrupt`.
  Result<void> add(const StoredDocument& stored, const CollectionId& target);

  /// After all of them: nothing else is found. Errors: `corrupt`.
  Result<void> check_complete() const;

  struct Packed {
    index::Segment segment;
    Bytes bytes;
    std::vector<bool> dead;                ///< By document.
    std::vector<bool> known;               ///< The bundle has a document of this id.
    std::vector<index::DocumentKey> keys;  ///< Under the target's ids, where there is one.
  };
  const std::vector<Packed>& all() const { return segments_; }
  std::uint64_t chunk_count() const { return chunks_; }  ///< Of the documents that are found.

 private:
  CollectionId source_;
  std::vector<Packed> segments_;
  std::uint64_t chunks_ = 0;
};

}  // namespace cairn::bundle
