#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "app/search_part.h"
#include "app/snapshot_cache.h"
#include "base/result.h"
#include "domain/ids.h"

namespace cairn {

/// What one node asks another: to search some segments of a snapshot that both can open.
struct PartRequest {
  std::vector<CollectionAt> collections;  ///< In the order of the snapshot.
  index::SegmentNumbers segments;         ///< Of the whole snapshot.
  PartQuery query;
};

// Both as CBOR (RFC 8949); lists of numbers are byte strings of them, little-endian, so that every bit of a score
// arrives. Nodes of one version talk to each other: what another version says is `invalid`, and then a node searches by
// itself.

inline constexpr int part_wire_version = 1;

std::string to_wire(const PartRequest& request);
Result<PartRequest> request_from_wire(std::string_view bytes);

std::string to_wire(const PartFound& found);
Result<PartFound> found_from_wire(std::string_view bytes);

}  // namespace cairn
