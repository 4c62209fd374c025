#include "api/telemetry/node_metrics.h"

#include <algorithm>
#include <string>
#include <utility>

namespace cairn::telemetry {

void add_node_metrics(MetricRegistry& registry, std::function<std::shared_ptr<const std::vector<Node>>()> nodes) {
  registry.on_scrape([nodes = std::move(nodes)](MetricWriter& writer) {
    const auto all = nodes();
    writer.family("cairn_nodes", MetricType::gauge, "Nodes of the cluster by state.");
    for (const NodeState state :
         {NodeState::joining, NodeState::ready, NodeState::suspect, NodeState::draining, NodeState::gone})
      writer.sample("cairn_nodes", {"state"}, std::vector<std::string>{to_string(state)},
                    static_cast<double>(std::ranges::count(*all, state, &Node::state)));
  });
}

}  // namespace cairn::telemetry
