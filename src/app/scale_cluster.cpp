#include "app/scale_cluster.h"

#include <utility>

namespace cairn {

ScaleCluster::ScaleCluster(ScalingStore& store, NodeProvider& provider, NodeId self, ScalingSettings settings,
                           LookAround nodes, Tell tell)
    : store_(store),
      provider_(provider),
      self_(std::move(self)),
      settings_(settings),
      nodes_(std::move(nodes)),
      tell_(std::move(tell)) {}

Result<bool> ScaleCluster::step() {
  CAIRN_TRY(const std::optional<ScalingTerm> term, store_.lead({.node = self_,
                                                                .epoch = epoch_,
                                                                .lease = scaling_lease,
                                                                .minimum = settings_.minimum,
                                                                .maximum = settings_.maximum,
                                                                .provider = provider_.name()}));
  if (!term) {
    epoch_ = 0;
    memory_ = {};
    return false;
  }
  if (term->epoch != epoch_) memory_ = {};  // What was seen under another term has gaps.
  epoch_ = term->epoch;
  CAIRN_TRY(const std::vector<Node> nodes, nodes_());
  CAIRN_TRY(const QueueLoad queue, store_.queue());
  ScalingPlan plan = plan_scaling(settings_, term->wanted, nodes, queue, memory_);
  CAIRN_CHECK(note(*term, plan));
  CAIRN_CHECK(provide(plan));
  return true;
}

/// Only what is written down is done.
Result<void> ScaleCluster::note(const ScalingTerm& term, ScalingPlan& plan) {
  if (!trouble_is_written_) {
    ScalingDecision decision = plan.now;
    decision.cause = ScalingCause::trouble;
    decision.figure.reset();
    decision.limit.reset();
    decision.before = decision.wanted;
    decision.reason = trouble_;
    plan.decisions.push_back(decision);
  }
  CAIRN_TRY(const bool is_written,
            store_.record(
                {.node = self_, .term = term, .wanted = plan.wanted, .now = plan.now, .decisions = plan.decisions}));
  if (!is_written)
    return fail(ErrorKind::conflict, "another node decides by now, or somebody has just asked for another number");
  trouble_is_written_ = true;
  for (const ScalingDecision& decision : plan.decisions) tell_(decision);
  return {};
}

Result<void> ScaleCluster::provide(const ScalingPlan& plan) {
  const auto provided = provider_.provide({.count = plan.wanted.count, .live = plan.end_first, .lost = plan.lost});
  const std::string trouble = provided ? std::string() : provided.error().message;
  if (!trouble.empty() && trouble != trouble_) trouble_is_written_ = false;
  trouble_ = trouble;
  return provided;
}

void ScaleCluster::resign() {
  if (epoch_ != 0) (void)store_.resign(self_, epoch_);  // Else the lease runs out by itself.
  epoch_ = 0;
}

}  // namespace cairn
