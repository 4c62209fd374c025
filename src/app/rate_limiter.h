#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <unordered_map>

#include "base/clock.h"
#include "base/result.h"
#include "domain/principal.h"

namespace cairn {

/// Lets each caller make so many requests a minute. A token bucket: full it holds a burst, and it fills up evenly at
/// the limit's rate. Times come from the monotonic clock, so jumps of the wall clock change nothing. Any thread.
class RateLimiter {
 public:
  explicit RateLimiter(const Clock& clock) : clock_(clock) {}

  /// Takes one request off the caller's bucket. Errors: `limited`, with the time until there is one again.
  Result<void> admit(const Principal& principal);

  /// The same for any name, such as an address; 0 requests a minute: no limit.
  Result<void> admit(const std::string& name, std::uint32_t requests_per_minute, std::uint32_t burst);

 private:
  struct Bucket {
    double tokens = 0;
    std::chrono::nanoseconds filled_at{};
    std::chrono::nanoseconds full_after{};  ///< When it will be full again, and need not be remembered.
  };

  void forget_full_buckets(std::chrono::nanoseconds now);

  const Clock& clock_;
  std::mutex mutex_;
  std::unordered_map<std::string, Bucket> buckets_;  ///< Guarded by mutex_.
  std::size_t next_sweep_ = 1024;                    ///< Guarded by mutex_.
};

}  // namespace cairn
