#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.h"
#include "domain/ids.h"

namespace cairn {

// How many nodes there should be, and why. Times are of the clock that all nodes of a store share.

/// Within which bounds nodes come and go, and what they are held to.
struct ScalingSettings {
  std::size_t minimum = 1, maximum = 3;          ///< Nodes.
  std::chrono::milliseconds queue_wait{5'000};   ///< No task should wait longer; 0: not looked at.
  double cpu_percent = 75;                       ///< Mean over the nodes; 0: not looked at.
  double search_ms = 0;                          ///< Mean over the nodes; 0: not looked at.
  std::chrono::milliseconds pause_up{5'000};     ///< Between one more and the next.
  std::chrono::milliseconds pause_down{60'000};  ///< Between one less and the next.
  std::chrono::milliseconds calm{300'000};       ///< So long fewer must have been enough before there are fewer.
};

/// What waits to be done.
struct QueueLoad {
  TimePoint now{};           ///< When this was so.
  std::uint64_t queued = 0;  ///< Tasks that could be begun now.
  std::chrono::milliseconds longest_wait{0};
};

/// Why there are to be more or fewer nodes, or as many as there are.
enum class ScalingCause {
  steady,    ///< As many as there are are right.
  queue,     ///< Tasks wait too long.
  cpu,       ///< Processors are used too much.
  searches,  ///< Searches take too long.
  calm,      ///< Fewer have been enough for a while.
  bounds,    ///< Minimum or maximum are set so.
  asked,     ///< A person wants it.
  lost,      ///< A node is silent for so long that another one takes its place.
  trouble,   ///< What starts and stops nodes did not do it.
};

constexpr const char* to_string(ScalingCause cause) {
  switch (cause) {
    case ScalingCause::steady: return "steady";
    case ScalingCause::queue: return "queue";
    case ScalingCause::cpu: return "cpu";
    case ScalingCause::searches: return "searches";
    case ScalingCause::calm: return "calm";
    case ScalingCause::bounds: return "bounds";
    case ScalingCause::asked: return "asked";
    case ScalingCause::lost: return "lost";
    case ScalingCause::trouble: return "trouble";
  }
  return "steady";
}

/// One decision, for those who ask later why.
struct ScalingDecision {
  TimePoint at{};
  ScalingCause cause = ScalingCause::steady;
  std::size_t before = 0, wanted = 0;  ///< Nodes.
  std::optional<double> figure = {};   ///< What was measured: seconds, percent or milliseconds, as the cause has it.
  std::optional<double> limit = {};    ///< What it was compared with.
  std::string subject = {};            ///< The node that was lost, or who asked; may be empty.
  std::string reason = {};             ///< In words.
};

/// How many nodes are wanted, and since when. Survives a change of who decides.
struct WantedNodes {
  std::size_t count = 0;  ///< 0: nobody has decided yet.
  std::optional<TimePoint> raised_at = {}, lowered_at = {};
};

}  // namespace cairn
