#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "api/routes/cluster.h"
#include "api/routes/operation.h"
#include "app/cluster_membership.h"
#include "main/heartbeat.h"
#include "main/node_figures.h"
#include "main/open_store.h"

namespace cairn {

/// A serving process as a node among those that share its store, from joining to gone.
class ServedNode {
 public:
  /// The references must outlive it; `requests` counts those under way or waiting.
  ServedNode(ServableStore& store, const Clock& clock, Log& log, const std::string& version,
             std::function<std::size_t()> requests);

  /// Registers. Errors: those of the registry.
  Result<void> join() { return membership_.beat(); }

  /// It serves at `address` and is heard of from now on. Errors: those of the registry.
  Result<void> serve_at(std::string address);

  /// Says that it is about to end, and on a shared store stays for as long as the other nodes, and balancers that ask
  /// whether it is ready, need to notice.
  void drain(std::chrono::seconds notice);

  /// Says that it has ended.
  void leave();

  NodeFigures& figures() { return figures_; }
  const ClusterMembership& membership() const { return membership_; }

  /// What the routes tell, as it is by now.
  routes::ClusterSource source();
  routes::ReadinessCheck readiness() const;

 private:
  void say(NodeState state);

  const bool is_shared_;
  ScalingStore* const scaling_;
  const std::string version_;
  Log& log_;
  NodeFigures figures_;
  ClusterMembership membership_;
  std::optional<Heartbeat> heartbeat_;  // Last: it uses what stands above.
};

}  // namespace cairn
