#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "domain/ids.h"
#include "domain/scaling.h"

namespace cairn {

/// So many decisions are kept; older ones are forgotten.
inline constexpr std::size_t kept_scaling_decisions = 1'000;

/// A node offers to decide how many nodes there are.
struct ScalingClaim {
  NodeId node;
  std::uint64_t epoch = 0;  ///< Of the term that it holds; 0: none.
  std::chrono::milliseconds lease{0};
  std::size_t minimum = 1, maximum = 1;  ///< What it decides within; others are told.
  std::string provider = {};             ///< How it starts and stops nodes; others are told.
};

/// It decides until its lease runs out, and nobody else does.
struct ScalingTerm {
  std::uint64_t epoch = 0;
  std::uint64_t revision = 0;  ///< Grows with each change of what is wanted.
  WantedNodes wanted;
};

/// What was decided under a term.
struct ScalingRecord {
  NodeId node;
  ScalingTerm term;  ///< As lead() gave it.
  WantedNodes wanted;
  ScalingDecision now;                     ///< How it stands.
  std::vector<ScalingDecision> decisions;  ///< For the history, the oldest first.
};

/// What others are told.
struct ScalingView {
  bool enabled = false;  ///< A node decides; else the rest is what was so last.
  NodeId leader;
  std::string provider;
  std::size_t minimum = 0, maximum = 0;
  WantedNodes wanted;
  ScalingDecision now;
  std::vector<ScalingDecision> decisions;  ///< The newest first.
};

/// Who decides for the nodes that share a store, and what was decided. Times are of the clock that all share. Every
/// method is atomic and may be called from any thread. Common errors: `unavailable`.
class ScalingStore {
 public:
  virtual ~ScalingStore() = default;

  /// Takes up or prolongs the right to decide; nothing while another node has it. A term begins with a new epoch
  /// unless the claim names the one that still runs. (retry)
  virtual Result<std::optional<ScalingTerm>> lead(const ScalingClaim& claim) = 0;

  /// Lets another node decide at once. Nothing happens when the term is not the newest. (retry)
  virtual Result<void> resign(const NodeId& node, std::uint64_t epoch) = 0;

  /// What waits in the store that the nodes share. (retry)
  virtual Result<QueueLoad> queue() const = 0;

  /// Writes everything or nothing: false when the term has ended or what is wanted was changed since lead().
  virtual Result<bool> record(const ScalingRecord& record) = 0;

  /// `decisions` at most. (retry)
  virtual Result<ScalingView> view(std::size_t decisions) const = 0;

  /// One node more (1) or less (-1), because `who` asks. Gives what is wanted now. Errors: `conflict` when nobody
  /// decides, or when minimum or maximum are reached.
  virtual Result<WantedNodes> ask(int change, const std::string& who) = 0;
};

/// The decision that ask() writes down.
inline ScalingDecision asked_decision(TimePoint now, std::size_t before, int change, const std::string& who) {
  const std::size_t wanted = change > 0 ? before + 1 : before - 1;
  return {.at = now,
          .cause = ScalingCause::asked,
          .before = before,
          .wanted = wanted,
          .figure = {},
          .limit = {},
          .subject = who,
          .reason = who + " asked for one node " + (change > 0 ? "more" : "less")};
}

/// Why ask() refuses; nothing when it need not.
inline std::optional<Error> ask_refusal(bool is_led, std::size_t wanted, std::size_t minimum, std::size_t maximum,
                                        int change) {
  const auto conflict = [](std::string why) { return Error{ErrorKind::conflict, std::move(why)}; };
  if (!is_led || wanted == 0)
    return conflict(
        "no node decides how many there are: set scaling.provider on one, or start and stop nodes yourself");
  if (change > 0 && wanted >= maximum)
    return conflict("there are to be no more than " + std::to_string(maximum) + " nodes: raise scaling.maximum");
  if (change < 0 && wanted <= minimum)
    return conflict("there are to be no fewer than " + std::to_string(minimum) + " nodes: lower scaling.minimum");
  return std::nullopt;
}

}  // namespace cairn
