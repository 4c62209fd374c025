#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/result.h"
#include "domain/ids.h"

namespace cairn {

/// How it should be. Said again and again until it is so: nothing follows from how often.
struct NodeOrder {
  std::size_t count = 1;          ///< Nodes that there should be, all together.
  std::vector<NodeId> live = {};  ///< That there are; those that can best be done without come first.
  std::vector<NodeId> lost = {};  ///< That others replace: they do not answer, or do not get ready.
};

/// Where nodes come from. One thread at a time.
class NodeProvider {
 public:
  virtual ~NodeProvider() = default;

  /// "process", "webhook" …
  virtual std::string name() const = 0;

  /// Begins what brings the nodes to the order, and waits neither for nodes to get ready nor for them to end. A node
  /// that is too many is told to end, and does so in its own time; one that is lost is ended at once. Nodes that it
  /// did not start it leaves alone where it can tell them apart. (retry) Errors: `unavailable` (what could be done was
  /// done; say it again later), `invalid` (its settings are wrong).
  virtual Result<void> provide(const NodeOrder& order) = 0;

  /// The nodes that it runs by itself, also those that are about to end; none where others run them.
  virtual std::vector<NodeId> running() = 0;
};

}  // namespace cairn
