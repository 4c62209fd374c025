#pragma once

#include <filesystem>

#include "api/routes/cluster.h"
#include "base/clock.h"
#include "ports/catalog.h"

namespace cairn {

/// What this process is and uses, by /proc/self (Linux). One thread at a time.
class NodeFigures {
 public:
  /// The references must outlive it; `folder` holds the data.
  NodeFigures(std::filesystem::path folder, const Catalog& catalog, const Clock& clock, std::string version);

  Result<routes::NodeFigures> look();

 private:
  const std::filesystem::path folder_;
  const Catalog& catalog_;
  const Clock& clock_;
  const std::string version_;
  const TimePoint started_at_;
  std::mutex mutex_;
  std::chrono::nanoseconds looked_at_{}, cpu_then_{};  // Guarded by mutex_.
};

}  // namespace cairn
