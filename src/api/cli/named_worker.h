#pragma once

#include "domain/ids.h"

namespace cairn::cli {

/// What an OpenStore also is when its tasks are worked off under a name that it knows: no two processes on a store have
/// the same, so that none takes another's tasks for those of a dead one.
class NamedWorker {
 public:
  virtual const NodeId& node() const = 0;

 protected:
  ~NamedWorker() = default;
};

}  // namespace cairn::cli
