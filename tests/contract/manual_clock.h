#pragma once

#include <atomic>
#include <chrono>

#include "base/clock.h"

namespace cairn::testing {

/// A clock that moves only when told. Any thread.
class ManualClock final : public Clock {
 public:
  TimePoint now() const override { return TimePoint(std::chrono::milliseconds(milliseconds_.load())); }
  std::chrono::nanoseconds monotonic() const override { return std::chrono::milliseconds(milliseconds_.load()); }
  void advance(std::chrono::milliseconds by) { milliseconds_ += by.count(); }

 private:
  std::atomic<std::int64_t> milliseconds_{1'800'000'000'000};  // Some day in 2027.
};

}  // namespace cairn::testing
