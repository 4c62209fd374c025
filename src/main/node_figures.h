#pragma once

#include <atomic>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <mutex>

#include "base/clock.h"
#include "domain/node.h"
#include "ports/catalog.h"

namespace cairn {

/// What this process has and uses, by /proc/self (Linux). Any thread.
class NodeFigures {
 public:
  /// The references must outlive it; `folder` holds the data, and `requests` counts those under way or waiting.
  NodeFigures(std::filesystem::path folder, const Catalog& catalog, const Clock& clock,
              std::function<std::size_t()> requests);

  /// What was measured over less than half a second is not measured again yet.
  NodeLoad look();

  /// A search took so long here. Never waits.
  void searched(std::chrono::nanoseconds time);

 private:
  void measure(NodeLoad& load);
  void count_segments(NodeLoad& load) const;

  const std::filesystem::path folder_;
  const Catalog& catalog_;
  const Clock& clock_;
  const std::function<std::size_t()> requests_;
  std::atomic<std::int64_t> searching_ns_{0}, searches_{0};  ///< Since they were looked at last.
  std::mutex mutex_;                                         // Guards what follows.
  std::chrono::nanoseconds looked_at_, cpu_then_;
  std::optional<std::chrono::nanoseconds> counted_at_;
  NodeLoad last_;
};

}  // namespace cairn
