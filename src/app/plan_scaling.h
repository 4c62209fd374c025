#pragma once

#include <deque>
#include <map>
#include <set>
#include <span>
#include <vector>

#include "domain/node.h"
#include "domain/scaling.h"

namespace cairn {

/// So long a node may take to start before it counts as lost.
inline constexpr std::chrono::milliseconds longest_joining = std::chrono::minutes(2);

/// What whoever decides has seen so far. Begins empty; then nothing is taken away before `calm` has passed once more.
struct ScalingMemory {
  struct Need {
    TimePoint at{};
    std::size_t nodes = 0;
  };
  std::optional<TimePoint> since;       ///< Watched without a gap from then on.
  std::optional<TimePoint> last;        ///< Looked at last.
  std::deque<Need> needs;               ///< Of the last while; each larger than all after it.
  std::map<NodeId, TimePoint> joining;  ///< First seen so.
  std::set<NodeId> lost;                ///< Said so already.
};

struct ScalingPlan {
  WantedNodes wanted;
  std::vector<ScalingDecision> decisions;  ///< What is new, in order. Mostly empty.
  ScalingDecision now;                     ///< How it stands, also when nothing is new.
  std::size_t live = 0;                    ///< Nodes that work or are about to.
  std::vector<NodeId> lost;                ///< Nodes that others replace: silent, or never ready.
  std::vector<NodeId> end_first;           ///< The live ones, in the order in which they can be done without.
};

/// How many nodes there should be, by what they report and what waits. Depends on nothing but its arguments; brings
/// `memory` up to date.
///
/// More: as soon as a figure is a tenth above its limit, as many as would bring it down to the limit, but at most twice
/// as many as before, and no more than there are tasks for. Fewer: one at a time, when for all of `calm` fewer would
/// have stayed a fifth below all limits. Both as the horizontal autoscaling of Kubernetes has it: proportions, a
/// tolerance, and the largest need of a window.
ScalingPlan plan_scaling(const ScalingSettings& settings, const WantedNodes& wanted, std::span<const Node> nodes,
                         const QueueLoad& queue, ScalingMemory& memory);

/// "2 nodes", "1 node"
std::string count_of_nodes(std::size_t count);

}  // namespace cairn
