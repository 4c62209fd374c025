#pragma once

#include <memory>
#include <string>
#include <utility>

#include "adapters/fault/inject.h"
#include "ports/scaling_store.h"

namespace cairn {

/// A scaling store that fails now and then: before it did something, or after it did and before anybody heard of it.
class FaultyScalingStore final : public ScalingStore {
 public:
  /// `inner` must outlive it.
  FaultyScalingStore(ScalingStore& inner, std::shared_ptr<FaultPlan> plan) : inner_(inner), plan_(std::move(plan)) {}

  Result<std::optional<ScalingTerm>> lead(const ScalingClaim& claim) override {
    return inject(*plan_, "scaling.lead", [&] { return inner_.lead(claim); });
  }
  Result<void> resign(const NodeId& node, std::uint64_t epoch) override {
    return inject(*plan_, "scaling.resign", [&] { return inner_.resign(node, epoch); });
  }
  Result<QueueLoad> queue() const override {
    return inject(*plan_, "scaling.queue", [&] { return inner_.queue(); });
  }
  Result<bool> record(const ScalingRecord& record) override {
    return inject(*plan_, "scaling.record", [&] { return inner_.record(record); });
  }
  Result<ScalingView> view(std::size_t decisions) const override {
    return inject(*plan_, "scaling.view", [&] { return inner_.view(decisions); });
  }
  Result<WantedNodes> ask(int change, const std::string& who) override {
    return inject(*plan_, "scaling.ask", [&] { return inner_.ask(change, who); });
  }

 private:
  ScalingStore& inner_;
  std::shared_ptr<FaultPlan> plan_;
};

}  // namespace cairn
