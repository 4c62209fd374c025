#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "domain/ids.h"

namespace cairn {

/// A node that segments may be placed on.
struct PlacementNode {
  NodeId id;
  double weight = 1;  ///< More than 0: a node of weight 2 gets twice as much as one of weight 1.
};

struct PlacedSegment {
  BlobId id;
  std::uint64_t bytes = 0;
};

/// All nodes in the order in which they come into question for a segment; the first few own it. Weighted rendezvous
/// hashing (Thaler and Ravishankar 1998; weights as Schindelhauer and Schomaker 2005): everybody who knows the same
/// nodes comes to the same order, and a node that joins or leaves changes nothing about the order of the others.
/// Indexes into `nodes`.
std::vector<std::size_t> placement_order(const BlobId& segment, std::span<const PlacementNode> nodes);

/// Which node searches each segment, so that none has much more to do than its share. Of a segment's `replicas` owners
/// it is the one with the least to do so far, the largest segments first; where each of them has its fill (more than
/// `load_bound` times its share), it is the next node in order that has not. Depends on nothing but the arguments, and
/// not on the order of the nodes. Indexes into `nodes`, in the order of the segments; empty without nodes.
std::vector<std::size_t> share_out(std::span<const PlacedSegment> segments, std::span<const PlacementNode> nodes,
                                   std::size_t replicas);

inline constexpr double load_bound = 1.25;

}  // namespace cairn
