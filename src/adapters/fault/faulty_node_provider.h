#pragma once

#include <memory>
#include <utility>

#include "adapters/fault/inject.h"
#include "ports/node_provider.h"

namespace cairn {

/// A provider that fails now and then, before or after it did what it was told.
class FaultyNodeProvider final : public NodeProvider {
 public:
  /// `inner` must outlive it.
  FaultyNodeProvider(NodeProvider& inner, std::shared_ptr<FaultPlan> plan) : inner_(inner), plan_(std::move(plan)) {}

  std::string name() const override { return inner_.name(); }
  Result<void> provide(const NodeOrder& order) override {
    return inject(*plan_, "nodes.provide", [&] { return inner_.provide(order); });
  }
  std::vector<NodeId> running() override { return inner_.running(); }

 private:
  NodeProvider& inner_;
  std::shared_ptr<FaultPlan> plan_;
};

}  // namespace cairn
