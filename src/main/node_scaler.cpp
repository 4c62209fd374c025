#include "main/node_scaler.h"

#include <utility>

namespace cairn {
namespace {

constexpr std::chrono::seconds decide_every{1};

}  // namespace

NodeScaler::NodeScaler(ScalingStore& store, std::unique_ptr<NodeProvider> provider, const ScalingSettings& settings,
                       const ClusterMembership& membership, Log& log)
    : store_(store),
      provider_(std::move(provider)),
      settings_(settings),
      membership_(membership),
      log_(log),
      thread_([this] { run(); }) {}

NodeScaler::~NodeScaler() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  stop_.notify_all();
}

void NodeScaler::run() {
  ScaleCluster cluster(
      store_, *provider_, membership_.self(), settings_,
      [this]() -> Result<std::vector<Node>> { return *membership_.nodes(); },
      [this](const ScalingDecision& decision) {
        log_.info("how many nodes there should be", {{"nodes", decision.wanted}, {"reason", decision.reason}});
      });
  std::unique_lock lock(mutex_);
  while (!stop_.wait_for(lock, decide_every, [this] { return stopping_; })) {
    lock.unlock();
    step(cluster);
    lock.lock();
  }
  lock.unlock();
  cluster.resign();
  provider_.reset();
}

void NodeScaler::step(ScaleCluster& cluster) {
  const auto done = cluster.step();
  const std::string trouble = done || done.error().kind == ErrorKind::conflict ? std::string() : done.error().message;
  if (!trouble.empty() && trouble != trouble_)
    log_.warning("the number of nodes does not follow the load", {{"error", trouble}});
  trouble_ = trouble;
}

}  // namespace cairn
