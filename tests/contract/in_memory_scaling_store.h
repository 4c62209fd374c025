#pragma once

#include <algorithm>
#include <deque>
#include <mutex>

#include "base/clock.h"
#include "ports/scaling_store.h"

namespace cairn::testing {

/// A ScalingStore for tests of what uses one; it passes the port's suite too.
class InMemoryScalingStore final : public ScalingStore {
 public:
  explicit InMemoryScalingStore(const Clock& clock) : clock_(clock) {}

  std::uint64_t queued = 0;                   ///< What queue() tells.
  std::chrono::milliseconds longest_wait{0};  ///< Likewise.

  Result<std::optional<ScalingTerm>> lead(const ScalingClaim& claim) override {
    const std::scoped_lock lock(mutex_);
    const bool runs = clock_.now() < lease_until_;
    if (view_.leader != claim.node && runs) return std::nullopt;
    if (view_.leader != claim.node || !runs || epoch_ != claim.epoch) ++epoch_;
    lease_until_ = clock_.now() + claim.lease;
    view_.leader = claim.node;
    view_.provider = claim.provider;
    view_.minimum = claim.minimum;
    view_.maximum = claim.maximum;
    return ScalingTerm{.epoch = epoch_, .revision = revision_, .wanted = view_.wanted};
  }

  Result<void> resign(const NodeId& node, std::uint64_t epoch) override {
    const std::scoped_lock lock(mutex_);
    if (view_.leader == node && epoch_ == epoch) lease_until_ = {};
    return {};
  }

  Result<QueueLoad> queue() const override {
    return QueueLoad{.now = clock_.now(), .queued = queued, .longest_wait = longest_wait};
  }

  Result<bool> record(const ScalingRecord& record) override {
    const std::scoped_lock lock(mutex_);
    if (record.node != view_.leader || record.term.epoch != epoch_ || record.term.revision != revision_ ||
        clock_.now() >= lease_until_)
      return false;
    view_.wanted = record.wanted;
    view_.now = record.now;
    for (const ScalingDecision& decision : record.decisions) add(decision);
    return true;
  }

  Result<ScalingView> view(std::size_t decisions) const override {
    const std::scoped_lock lock(mutex_);
    ScalingView view = view_;
    view.enabled = clock_.now() < lease_until_;
    const auto count = static_cast<std::ptrdiff_t>(std::min(decisions, decisions_.size()));
    view.decisions.assign(decisions_.begin(), decisions_.begin() + count);
    return view;
  }

  Result<WantedNodes> ask(int change, const std::string& who) override {
    const std::scoped_lock lock(mutex_);
    const bool is_led = clock_.now() < lease_until_;
    if (const auto no = ask_refusal(is_led, view_.wanted.count, view_.minimum, view_.maximum, change)) return fail(*no);
    view_.now = asked_decision(clock_.now(), view_.wanted.count, change, who);
    view_.wanted.count = view_.now.wanted;
    (change > 0 ? view_.wanted.raised_at : view_.wanted.lowered_at) = clock_.now();
    ++revision_;
    add(view_.now);
    return view_.wanted;
  }

 private:
  void add(const ScalingDecision& decision) {
    decisions_.push_front(decision);
    if (decisions_.size() > kept_scaling_decisions) decisions_.pop_back();
  }

  const Clock& clock_;
  mutable std::mutex mutex_;  // Guards what follows.
  ScalingView view_;
  std::deque<ScalingDecision> decisions_;
  std::uint64_t epoch_ = 0, revision_ = 0;
  TimePoint lease_until_{};
};

}  // namespace cairn::testing
