#pragma once

#include <memory>
#include <unordered_map>
#include <vector>

#include "app/index_batch.h"
#include "index/segment.h"
#include "ports/blob_store.h"
#include "ports/catalog.h"

namespace cairn {

/// Makes batches true: writes their segments, works out which older versions they hide, and commits everything in one
/// transaction. When others were faster (a lost lease, a newer version, a merge), it drops what was lost, looks at the
/// newest manifest again and retries. Keeps the segments that it has looked into open. One thread.
class BatchCommitter {
 public:
  /// Both must outlive this.
  BatchCommitter(Catalog& catalog, BlobStore& blobs) : catalog_(catalog), blobs_(blobs) {}

  /// Afterwards each entry's fate says what became of it. Returns the manifests that came out of it. Errors:
  /// `unavailable` (nothing was committed; the leases are still held), `corrupt` (a segment cannot be read), `conflict`
  /// (others always came first).
  Result<std::vector<Manifest>> commit(IndexBatch& batch);

 private:
  struct Attempt {
    Commit commit;
    std::vector<Manifest> results;  ///< The manifests after it.
  };

  Result<Attempt> attempt(IndexBatch& batch, const std::vector<BatchSegment>& segments);
  Result<ManifestEdit> edit_for(const Manifest& base, const std::vector<BatchEntry>& entries,
                                const std::vector<BatchSegment>& segments);
  Result<std::vector<Tombstone>> hidden_versions(const Manifest& base, const std::vector<BatchEntry>& entries);
  Result<std::shared_ptr<const index::Segment>> segment(const BlobId& id);
  void keep_only(const std::vector<Manifest>& manifests);

  Catalog& catalog_;
  BlobStore& blobs_;
  std::unordered_map<BlobId, std::shared_ptr<const index::Segment>> open_;
};

/// The manifest that `edit` makes of its base.
Manifest applied(const Manifest& base, const ManifestEdit& edit);

}  // namespace cairn
