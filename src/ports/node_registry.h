#pragma once

#include <chrono>
#include <vector>

#include "base/result.h"
#include "domain/node.h"

namespace cairn {

/// So long after its last word a node is forgotten.
constexpr std::chrono::hours forget_node_after{1};

/// The nodes that share a store. Times are of one clock that they share too. Any thread.
class NodeRegistry {
 public:
  virtual ~NodeRegistry() = default;

  /// Takes down what a node says of itself, and that it was heard of now. The first report of an id makes it known,
  /// also again after it was gone. (retry) Errors: `unavailable`.
  virtual Result<void> report(const NodeReport& report) = 0;

  /// All that were heard of within forget_node_after, by id. Errors: `unavailable`.
  virtual Result<std::vector<Node>> nodes() const = 0;
};

}  // namespace cairn
