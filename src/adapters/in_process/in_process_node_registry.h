#pragma once

#include <map>
#include <mutex>
#include <vector>

#include "base/clock.h"
#include "ports/node_registry.h"

namespace cairn {

/// The nodes of a store that one process has for itself: that process. Nothing is written to disk for it.
class InProcessNodeRegistry final : public NodeRegistry {
 public:
  /// `clock` must outlive it.
  explicit InProcessNodeRegistry(const Clock& clock) : clock_(clock) {}

  Result<void> report(const NodeReport& report) override {
    const std::scoped_lock lock(mutex_);
    known_[report.id.value()] = {.report = report, .seen_at = clock_.now()};
    return {};
  }

  Result<std::vector<Node>> nodes() const override {
    const std::scoped_lock lock(mutex_);
    std::vector<Node> nodes;
    for (const auto& [id, known] : known_) {
      const auto silence = clock_.now() - known.seen_at;
      if (silence >= forget_node_after) continue;
      nodes.push_back(known);
      nodes.back().state = state_of(known.report.state, silence);
    }
    return nodes;
  }

 private:
  const Clock& clock_;
  mutable std::mutex mutex_;
  std::map<std::string, Node> known_;  // Guarded by mutex_.
};

}  // namespace cairn
