#include "app/place_segments.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string_view>

namespace cairn {
namespace {

/// FNV-1a. All nodes must agree on it, whatever they were built with.
std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

/// The finaliser of SplitMix64 (Steele, Lea and Flood 2014): every bit depends on every other.
std::uint64_t mixed(std::uint64_t bits) {
  bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9;
  bits = (bits ^ (bits >> 27)) * 0x94d049bb133111eb;
  return bits ^ (bits >> 31);
}

/// Within 0 and 1, neither included.
double fraction(std::uint64_t bits) { return (static_cast<double>(bits >> 11) + 0.5) * 0x1p-53; }

double score(std::uint64_t segment, const PlacementNode& node) {
  return -node.weight / std::log(fraction(mixed(segment ^ mixed(hash_of(node.id.value())))));
}

/// What each node has been given so far, and how much is enough.
class Loads {
 public:
  Loads(std::span<const PlacedSegment> segments, std::span<const PlacementNode> nodes)
      : nodes_(nodes), bytes_(nodes.size()) {
    for (const PlacedSegment& segment : segments) all_ += static_cast<double>(segment.bytes);
    for (const PlacementNode& node : nodes) weights_ += node.weight;
  }

  /// Whether node `i` stays within the bound with so much more. Any node takes one segment, however large.
  bool has_room(std::size_t i, double more) const {
    return bytes_[i] == 0 || bytes_[i] + more <= load_bound * all_ * nodes_[i].weight / weights_;
  }
  double of(std::size_t i) const { return bytes_[i] / nodes_[i].weight; }
  void add(std::size_t i, double more) { bytes_[i] += more; }

 private:
  std::span<const PlacementNode> nodes_;
  std::vector<double> bytes_;
  double all_ = 0, weights_ = 0;
};

std::size_t choose(std::span<const std::size_t> order, std::size_t replicas, const Loads& loads, double bytes) {
  const auto owners = order.first(std::min(replicas, order.size()));
  const auto least = *std::ranges::min_element(owners, {}, [&](std::size_t i) { return loads.of(i); });
  if (loads.has_room(least, bytes)) return least;
  const auto roomy = std::ranges::find_if(order, [&](std::size_t i) { return loads.has_room(i, bytes); });
  return roomy == order.end() ? least : *roomy;
}

}  // namespace

std::vector<std::size_t> placement_order(const BlobId& segment, std::span<const PlacementNode> nodes) {
  const std::uint64_t hash = hash_of(segment.value());
  std::vector<double> scores;
  for (const PlacementNode& node : nodes) scores.push_back(score(hash, node));
  std::vector<std::size_t> order(nodes.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
    return scores[a] != scores[b] ? scores[a] > scores[b] : nodes[a].id < nodes[b].id;
  });
  return order;
}

std::vector<std::size_t> share_out(std::span<const PlacedSegment> segments, std::span<const PlacementNode> nodes,
                                   std::size_t replicas) {
  if (nodes.empty()) return {};
  std::vector<std::size_t> largest_first(segments.size());
  std::iota(largest_first.begin(), largest_first.end(), std::size_t{0});
  std::ranges::sort(largest_first, [&](std::size_t a, std::size_t b) {
    return segments[a].bytes != segments[b].bytes ? segments[a].bytes > segments[b].bytes
                                                  : segments[a].id < segments[b].id;
  });
  Loads loads(segments, nodes);
  std::vector<std::size_t> chosen(segments.size());
  for (const std::size_t i : largest_first) {
    const std::vector<std::size_t> order = placement_order(segments[i].id, nodes);
    const auto bytes = static_cast<double>(segments[i].bytes);
    chosen[i] = choose(order, std::max<std::size_t>(replicas, 1), loads, bytes);
    loads.add(chosen[i], bytes);
  }
  return chosen;
}

}  // namespace cairn
