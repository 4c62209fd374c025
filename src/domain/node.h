#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "domain/ids.h"

namespace cairn {

/// Joining, ready, draining and gone are what a node says of itself; suspect and gone also follow from its silence.
enum class NodeState {
  joining,   ///< Starting: not to be asked yet.
  ready,     ///< Does its work.
  suspect,   ///< Has not been heard of for a little while.
  draining,  ///< Ends what it has begun and takes on nothing new.
  gone,      ///< Ended, or silent for so long that others do its work.
};

constexpr const char* to_string(NodeState state) {
  switch (state) {
    case NodeState::joining: return "joining";
    case NodeState::ready: return "ready";
    case NodeState::suspect: return "suspect";
    case NodeState::draining: return "draining";
    case NodeState::gone: return "gone";
  }
  return "gone";
}

/// A node is heard of once a second. One that is silent is suspect after three, and gone when the leases of its tasks
/// have run out too.
constexpr std::chrono::milliseconds heartbeat_interval{1'000};
constexpr std::chrono::milliseconds suspect_after{3'000};
constexpr std::chrono::milliseconds gone_after{10'000};

constexpr NodeState state_of(NodeState said, std::chrono::milliseconds silence) {
  if (said == NodeState::gone || silence >= gone_after) return NodeState::gone;
  return silence >= suspect_after ? NodeState::suspect : said;
}

/// What a node has and uses. Figures of the machine are absent where the system does not tell.
struct NodeLoad {
  double cpu_cores = 0;
  std::optional<double> cpu_percent;  ///< Of these cores, by this process, lately.
  std::uint64_t memory_bytes = 0;     ///< Resident.
  std::optional<std::uint64_t> memory_total_bytes;
  std::optional<std::uint64_t> disk_free_bytes, disk_total_bytes;  ///< Of the disk that the data lies on.
  std::uint64_t requests = 0;                                      ///< Under way or waiting.
  std::optional<double> search_ms;                                 ///< Mean of the searches that it answered lately.
  std::uint64_t segments = 0, segment_bytes = 0;                   ///< That it serves.
};

/// What a node says of itself.
struct NodeReport {
  NodeId id;
  std::string address;  ///< Where other nodes reach it, such as http://10.0.0.7:8080.
  std::string version;  ///< Of the program.
  std::vector<std::string> roles;
  NodeState state = NodeState::joining;
  TimePoint started_at{};  ///< By its own clock.
  NodeLoad load;
};

/// A node as the others see it.
struct Node {
  NodeReport report;
  NodeState state = NodeState::gone;  ///< What it said, or what follows from its silence.
  TimePoint seen_at{};                ///< When it was heard of last, by the clock that all share.
};

}  // namespace cairn
