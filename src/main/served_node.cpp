#include "main/served_node.h"

#include <algorithm>
#include <thread>
#include <utility>

namespace cairn {
namespace {

NodeReport first_report(const NodeId& id, const Clock& clock, const std::string& version) {
  NodeReport report;
  report.id = id;
  report.version = version;
  report.roles = {"api", "worker", "search"};
  report.started_at = clock.now();
  return report;
}

}  // namespace

ServedNode::ServedNode(ServableStore& store, const Clock& clock, Log& log, const std::string& version,
                       std::function<std::size_t()> requests)
    : is_shared_(store.is_shared()),
      scaling_(store.scaling()),
      version_(version),
      log_(log),
      figures_(store.folder(), store.catalog(), clock, std::move(requests)),
      membership_(store.nodes(), first_report(store.node(), clock, version), [this] { return figures_.look(); }) {}

Result<void> ServedNode::serve_at(std::string address) {
  membership_.reached_at(std::move(address));
  CAIRN_CHECK(membership_.become(NodeState::ready));
  if (is_shared_) heartbeat_.emplace(membership_, log_);
  return {};
}

void ServedNode::drain(std::chrono::seconds notice) {
  say(NodeState::draining);
  const auto nodes = membership_.nodes();
  const bool is_alone = std::ranges::none_of(
      *nodes, [&](const Node& node) { return node.report.id != membership_.self() && node.state != NodeState::gone; });
  if (!is_alone) std::this_thread::sleep_for(notice);
}

void ServedNode::leave() {
  heartbeat_.reset();
  say(NodeState::gone);
}

void ServedNode::say(NodeState state) {
  const auto said = membership_.become(state);
  if (!said)
    log_.warning("the other nodes do not hear what this one does",
                 {{"state", to_string(state)}, {"error", said.error().message}});
}

routes::ClusterSource ServedNode::source() {
  return {.self = membership_.self(),
          .version = version_,
          .shared = is_shared_,
          .look = [this]() -> Result<std::vector<Node>> {
            CAIRN_CHECK(membership_.beat());
            return *membership_.nodes();
          },
          .scaling = scaling_};
}

routes::ReadinessCheck ServedNode::readiness() const {
  return {"node", [this]() -> Result<void> {
            if (membership_.state() == NodeState::ready) return {};
            return fail(ErrorKind::unavailable,
                        std::string("this node is ") + to_string(membership_.state()) + ": ask another one");
          }};
}

}  // namespace cairn
