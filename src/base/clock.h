#pragma once

#include <chrono>
#include <string>

namespace cairn {

/// Wall time in UTC, to the millisecond, as it is stored and shown.
using TimePoint = std::chrono::sys_time<std::chrono::milliseconds>;

/// Where the time comes from; tests bring their own.
class Clock {
 public:
  virtual ~Clock() = default;

  /// Wall time; may jump. Any thread.
  virtual TimePoint now() const = 0;

  /// Time that only grows, for durations. Any thread.
  virtual std::chrono::nanoseconds monotonic() const = 0;
};

class SystemClock final : public Clock {
 public:
  TimePoint now() const override;
  std::chrono::nanoseconds monotonic() const override;
};

/// RFC 3339 in UTC: 2026-11-21T09:30:00.123Z
std::string to_rfc3339(TimePoint time);

}  // namespace cairn
