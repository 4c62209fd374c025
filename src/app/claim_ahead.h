#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>

namespace cairn {

/// How many tasks to claim at a time: about a quarter of a second's work. What is claimed stands in line before
/// whatever is more urgent or another tenant's and comes later; what is claimed singly costs a flush of the disk each.
class ClaimAhead {
 public:
  ClaimAhead(std::size_t least, std::size_t most) : least_(least), most_(std::max(least, most)), limit_(least) {}

  std::size_t limit() const { return limit_; }

  /// As many as the limit allowed were claimed, at the given monotonic time.
  void note_full(std::chrono::nanoseconds now) {
    const auto lasted = now - last_;
    last_ = now;
    if (lasted < std::chrono::milliseconds(125)) limit_ = std::min(limit_ * 2, most_);
    else if (lasted > std::chrono::milliseconds(500)) limit_ = std::max(limit_ / 2, least_);
  }

 private:
  std::size_t least_, most_, limit_;
  std::chrono::nanoseconds last_{};
};

}  // namespace cairn
