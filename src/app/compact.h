#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/cancel.h"
#include "base/result.h"
#include "domain/manifest.h"
#include "domain/task.h"
#include "ports/blob_store.h"
#include "ports/catalog.h"

namespace cairn {

/// When segments are merged. Tiers keep the number of segments logarithmic in the number of chunks, and each chunk is
/// rewritten once a tier.
struct CompactionPolicy {
  std::size_t fan_in = 8;  ///< So many segments of one tier become one; tiers grow by this factor.
  std::uint64_t first_tier_chunks = 512;
  std::uint64_t max_chunks = 2'000'000;  ///< Nothing larger is made.
  double dead_share = 0.25;              ///< A segment with this share of dead documents is rewritten.

  /// For idle times: merge until each segment is larger than all smaller ones together, twice over.
  bool thorough = false;
};

/// The segments to merge next, in manifest order and of one embedding model; empty when nothing is to do. One alone is
/// rewritten without its dead documents. Pure.
std::vector<BlobId> plan_compaction(const Manifest& manifest, const CompactionPolicy& policy);

struct CompactRequest {
  CollectionId collection;
  CompactionPolicy policy;
  std::optional<Lease> lease;  ///< Of the compact task that is completed with the merge, if there is one.
  bool remove_inputs = true;   ///< Delete the merged segments at once; otherwise garbage collection does it later.
};

struct CompactOutcome {
  std::uint64_t merged = 0;  ///< Segments that became one (or none); 0: there was nothing to do.
  bool lease_lost = false;   ///< Nothing was committed.
  Manifest manifest;         ///< The newest one as far as known.
};

/// Does one merge and commits it, with the task's completion, in one transaction. Documents that are deleted or
/// replaced while it merges stay so. Errors: `cancelled`, `corrupt`, `unavailable`, `conflict` (another merge took the
/// inputs; plan again).
Result<CompactOutcome> compact(Catalog& catalog, BlobStore& blobs, const CompactRequest& request,
                               const CancelToken& cancel);

}  // namespace cairn
