#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app/plan_scaling.h"
#include "base/result.h"
#include "ports/node_provider.h"
#include "ports/scaling_store.h"

namespace cairn {

/// A node that decides is replaced when it has not been heard of for so long.
inline constexpr std::chrono::milliseconds scaling_lease{15'000};

/// One node's part in deciding how many there are: whoever holds the lease decides, the others stand by. What is
/// decided is written down before it is done, so that whoever comes next goes on with it. One thread.
class ScaleCluster {
 public:
  using LookAround = std::function<Result<std::vector<Node>>()>;
  using Tell = std::function<void(const ScalingDecision&)>;

  /// `nodes` tells who is there; `tell` is called for each decision that is written down. The references must outlive
  /// it.
  ScaleCluster(ScalingStore& store, NodeProvider& provider, NodeId self, ScalingSettings settings, LookAround nodes,
               Tell tell);

  /// Decides once, if it is up to this node; whether it was. Errors: those of the store and of the provider; the step
  /// may be repeated. What the provider says goes into the history too, once.
  Result<bool> step();

  /// Lets another node decide.
  void resign();

 private:
  Result<void> note(const ScalingTerm& term, ScalingPlan& plan);
  Result<void> provide(const ScalingPlan& plan);

  ScalingStore& store_;
  NodeProvider& provider_;
  const NodeId self_;
  const ScalingSettings settings_;
  const LookAround nodes_;
  const Tell tell_;
  std::uint64_t epoch_ = 0;  // 0: another node decides.
  ScalingMemory memory_;
  std::string trouble_;             // Of the provider, as it said last; empty: none.
  bool trouble_is_written_ = true;  // In the history.
};

}  // namespace cairn
