#include "app/cluster_membership.h"

#include <utility>

namespace cairn {

ClusterMembership::ClusterMembership(NodeRegistry& registry, NodeReport self, std::function<NodeLoad()> look)
    : registry_(registry),
      self_(self.id),
      look_(std::move(look)),
      report_(std::move(self)),
      nodes_(std::make_shared<const std::vector<Node>>()) {}

NodeState ClusterMembership::state() const {
  const std::scoped_lock lock(mutex_);
  return report_.state;
}

Result<void> ClusterMembership::beat() {
  NodeLoad load = look_();
  NodeReport report;
  {
    const std::scoped_lock lock(mutex_);
    report_.load = std::move(load);
    report = report_;
  }
  CAIRN_CHECK(registry_.report(report));
  CAIRN_TRY(std::vector<Node> nodes, registry_.nodes());
  const std::scoped_lock lock(mutex_);
  nodes_ = std::make_shared<const std::vector<Node>>(std::move(nodes));
  return {};
}

void ClusterMembership::reached_at(std::string address) {
  const std::scoped_lock lock(mutex_);
  report_.address = std::move(address);
}

Result<void> ClusterMembership::become(NodeState state) {
  {
    const std::scoped_lock lock(mutex_);
    report_.state = state;
  }
  return beat();
}

ClusterMembership::Nodes ClusterMembership::nodes() const {
  const std::scoped_lock lock(mutex_);
  return nodes_;
}

}  // namespace cairn
