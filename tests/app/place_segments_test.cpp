#include "app/place_segments.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <string>

#include "base/sha256.h"

namespace cairn {
namespace {

constexpr std::size_t replicas = 2;

std::vector<PlacementNode> some_nodes(std::size_t count) {
  std::vector<PlacementNode> nodes;
  for (std::size_t i = 0; i < count; ++i) nodes.push_back({.id = NodeId("node-" + std::to_string(i))});
  return nodes;
}

/// Sizes spread like those of size tiers: a few large, many small.
std::vector<PlacedSegment> some_segments(std::size_t count) {
  std::vector<PlacedSegment> segments;
  for (std::size_t i = 0; i < count; ++i)
    segments.push_back(
        {.id = BlobId(to_hex(Sha256::of(as_bytes(std::to_string(i))))), .bytes = i % 7 == 0 ? 10'000u : 1'000u});
  return segments;
}

std::vector<NodeId> owners(const PlacedSegment& segment, const std::vector<PlacementNode>& nodes) {
  std::vector<NodeId> ids;
  for (const std::size_t i : placement_order(segment.id, nodes))
    if (ids.size() < replicas) ids.push_back(nodes[i].id);
  return ids;
}

std::vector<double> loads(const std::vector<PlacedSegment>& segments, const std::vector<PlacementNode>& nodes) {
  std::vector<double> loads(nodes.size());
  const auto chosen = share_out(segments, nodes, replicas);
  for (std::size_t i = 0; i < segments.size(); ++i) loads[chosen[i]] += static_cast<double>(segments[i].bytes);
  return loads;
}

TEST(PlaceSegments, WhoJoinsOrLeavesMovesOnlyItsOwnSegments) {
  const auto segments = some_segments(2'000);
  for (const std::size_t count : {1, 2, 3, 5, 12}) {
    const auto few = some_nodes(count), more = some_nodes(count + 1);
    const NodeId& joined = more.back().id;
    std::size_t moved = 0;
    for (const PlacedSegment& segment : segments) {
      auto before = owners(segment, few), after = owners(segment, more);
      for (const NodeId& owner : after) {
        if (std::ranges::find(before, owner) != before.end()) continue;
        EXPECT_EQ(owner, joined);  // Backwards: when it leaves, nobody else loses a segment.
        ++moved;
      }
    }
    const double share = static_cast<double>(replicas * segments.size()) / static_cast<double>(count + 1);
    EXPECT_LE(static_cast<double>(moved), 1.1 * share) << count;
    EXPECT_GE(static_cast<double>(moved), 0.9 * share) << count;
  }
}

TEST(PlaceSegments, DoesNotDependOnTheOrderOfTheNodes) {
  const auto segments = some_segments(100);
  const auto nodes = some_nodes(5);
  auto turned = nodes;
  std::ranges::reverse(turned);
  const auto one = share_out(segments, nodes, replicas), other = share_out(segments, turned, replicas);
  for (std::size_t i = 0; i < segments.size(); ++i) EXPECT_EQ(nodes[one[i]].id, turned[other[i]].id);
}

TEST(PlaceSegments, GivesNobodyMuchMoreThanItsShare) {
  for (const std::size_t count : {20, 50, 500})
    for (const std::size_t node_count : {1, 2, 3, 5}) {
      const auto found = loads(some_segments(count), some_nodes(node_count));
      const double all = std::accumulate(found.begin(), found.end(), 0.0);
      EXPECT_LE(std::ranges::max(found), load_bound * all / static_cast<double>(node_count) + 1);
    }
}

TEST(PlaceSegments, SharesOutEvenAsFewSegmentsAsThereAreNodes) {
  auto segments = some_segments(7);
  segments.erase(segments.begin());  // What is left is of one size.
  for (const std::size_t count : {2, 3, 6})
    EXPECT_EQ(std::ranges::max(loads(segments, some_nodes(count))), 1000.0 * static_cast<double>(6 / count));
}

TEST(PlaceSegments, LetsAnOwnerSearchUnlessAllHaveTheirFill) {
  const auto segments = some_segments(1'000);
  const auto nodes = some_nodes(5);
  const auto chosen = share_out(segments, nodes, replicas);
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const auto ids = owners(segments[i], nodes);
    EXPECT_NE(std::ranges::find(ids, nodes[chosen[i]].id), ids.end());
  }
}

TEST(PlaceSegments, GivesMoreToNodesOfMoreWeight) {
  auto nodes = some_nodes(3);
  nodes[1].weight = 2;
  const auto found = loads(some_segments(1'000), nodes);
  EXPECT_NEAR(found[1] / found[0], 2, 0.1);
  EXPECT_NEAR(found[1] / found[2], 2, 0.1);
}

TEST(PlaceSegments, WithoutNodesOrSegmentsThereIsNothingToShare) {
  EXPECT_TRUE(share_out(some_segments(3), {}, replicas).empty());
  EXPECT_TRUE(share_out({}, some_nodes(3), replicas).empty());
}

TEST(PlaceSegments, IsTheSameInEveryBuild) {
  const auto order = placement_order(some_segments(1).front().id, some_nodes(5));
  EXPECT_EQ(order, (std::vector<std::size_t>{2, 3, 4, 1, 0}));
}

}  // namespace
}  // namespace cairn
