#include "app/rate_limiter.h"

#include <algorithm>
#include <cmath>

namespace cairn {
namespace {

constexpr double nanoseconds_per_minute = 60e9;

}  // namespace

Result<void> RateLimiter::admit(const Principal& principal) {
  return admit(principal.credential_id, principal.limits.requests_per_minute, principal.limits.burst);
}

Result<void> RateLimiter::admit(const std::string& name, std::uint32_t requests_per_minute, std::uint32_t burst) {
  if (requests_per_minute == 0) return {};
  const double capacity = burst == 0 ? requests_per_minute : burst;
  const double per_nanosecond = requests_per_minute / nanoseconds_per_minute;
  const auto now = clock_.monotonic();
  const std::lock_guard lock(mutex_);
  if (buckets_.size() >= next_sweep_) forget_full_buckets(now);
  const auto [at, fresh] = buckets_.try_emplace(name, Bucket{.tokens = capacity, .filled_at = now});
  Bucket& bucket = at->second;
  const double passed = static_cast<double>((now - bucket.filled_at).count());
  bucket.tokens = std::min(capacity, bucket.tokens + passed * per_nanosecond);
  bucket.filled_at = now;
  const bool admitted = bucket.tokens >= 1;
  if (admitted) bucket.tokens -= 1;
  bucket.full_after =
      now + std::chrono::nanoseconds(static_cast<std::int64_t>((capacity - bucket.tokens) / per_nanosecond));
  if (admitted) return {};
  const double wait_ms = std::ceil((1 - bucket.tokens) / per_nanosecond / 1e6);
  return fail({.kind = ErrorKind::limited,
               .message = "this key may make " + std::to_string(requests_per_minute) +
                          " requests a minute: try again after the time in Retry-After",
               .retry_after = std::chrono::milliseconds(static_cast<std::int64_t>(wait_ms))});
}

void RateLimiter::forget_full_buckets(std::chrono::nanoseconds now) {
  std::erase_if(buckets_, [&](const auto& entry) { return entry.second.full_after <= now; });
  next_sweep_ = std::max<std::size_t>(1024, 2 * buckets_.size());
}

}  // namespace cairn
