#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/result.h"
#include "domain/node.h"
#include "ports/node_registry.h"

namespace cairn {

/// This node among those that share its store: says that it is there, and knows who else is. Any thread.
class ClusterMembership {
 public:
  using Nodes = std::shared_ptr<const std::vector<Node>>;

  /// `look` tells what this node has and uses, and may take a moment. The registry must outlive this.
  ClusterMembership(NodeRegistry& registry, NodeReport self, std::function<NodeLoad()> look);

  const NodeId& self() const { return self_; }
  NodeState state() const;

  /// Says that this node is there, and looks who else is. Errors: those of the registry; what was known stays.
  Result<void> beat();

  /// Where other nodes reach this one; said from the next beat on.
  void reached_at(std::string address);

  /// Says from now on that it is in another state, at once.
  Result<void> become(NodeState state);

  /// Who was there at the last beat, in the states of then. Never null.
  Nodes nodes() const;

 private:
  NodeRegistry& registry_;
  const NodeId self_;
  const std::function<NodeLoad()> look_;
  mutable std::mutex mutex_;  // Guards what follows; never held while the registry is asked.
  NodeReport report_;
  Nodes nodes_;
};

}  // namespace cairn
