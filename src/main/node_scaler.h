#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "app/cluster_membership.h"
#include "app/scale_cluster.h"
#include "base/log.h"
#include "ports/node_provider.h"
#include "ports/scaling_store.h"

namespace cairn {

/// Takes part in deciding how many nodes there are for as long as it lives, once a second. At its end another node may
/// decide, and nodes that this one runs have ended.
class NodeScaler {
 public:
  /// The references must outlive it.
  NodeScaler(ScalingStore& store, std::unique_ptr<NodeProvider> provider, const ScalingSettings& settings,
             const ClusterMembership& membership, Log& log);
  ~NodeScaler();
  NodeScaler(const NodeScaler&) = delete;
  NodeScaler& operator=(const NodeScaler&) = delete;

 private:
  void run();
  void step(ScaleCluster& cluster);

  ScalingStore& store_;
  std::unique_ptr<NodeProvider> provider_;  // Of the thread alone: nodes that it starts end with the thread.
  const ScalingSettings settings_;
  const ClusterMembership& membership_;
  Log& log_;
  std::string trouble_;  // That was logged last; of the thread alone.
  std::mutex mutex_;
  bool stopping_ = false;  // Guarded by mutex_.
  std::condition_variable stop_;
  std::jthread thread_;  // Last: it uses everything above.
};

}  // namespace cairn
