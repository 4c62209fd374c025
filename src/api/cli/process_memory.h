#pragma once

#include <sys/resource.h>

namespace cairn::cli {

/// The most memory that this process has had resident so far, in MiB; mapped files count, children do not.
inline double peak_rss_mb() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

}  // namespace cairn::cli
