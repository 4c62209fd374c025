#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "app/cluster_membership.h"
#include "base/log.h"

namespace cairn {

/// Lets a node be heard of once a second for as long as it lives. That the registry is away is logged once, and once
/// more when it is back.
class Heartbeat {
 public:
  /// Both must outlive it.
  Heartbeat(ClusterMembership& membership, Log& log);
  ~Heartbeat();
  Heartbeat(const Heartbeat&) = delete;
  Heartbeat& operator=(const Heartbeat&) = delete;

 private:
  void run();

  ClusterMembership& membership_;
  Log& log_;
  std::mutex mutex_;
  bool stopping_ = false;  // Guarded by mutex_.
  std::condition_variable stop_;
  std::jthread thread_;  // Last: it uses everything above.
};

}  // namespace cairn
