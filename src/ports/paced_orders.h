#pragma once

#include <algorithm>
#include <chrono>
#include <functional>
#include <optional>
#include <utility>

#include "ports/node_provider.h"

namespace cairn {

/// For providers that pass orders on by requests: the same order is passed on again only now and then, in case it was
/// lost, and after a failure they wait a little longer each time. One thread.
class PacedOrders {
 public:
  using Send = std::function<Result<void>(const NodeOrder&)>;

  static constexpr std::chrono::seconds repeat_after{60};
  static constexpr std::chrono::seconds first_pause{1}, longest_pause{30};

  /// `now` on a clock that only grows. Errors: those of `send`, also while it waits after one.
  Result<void> pass_on(const NodeOrder& order, std::chrono::nanoseconds now, const Send& send) {
    const bool is_new = !said_ || said_->count != order.count || said_->lost != order.lost;
    if (now < not_before_ && (failure_ || !is_new)) return failure_ ? Result<void>(fail(*failure_)) : Result<void>();
    if (auto sent = send(order); !sent) {
      pause_ = std::clamp<std::chrono::nanoseconds>(pause_ * 2, first_pause, longest_pause);
      not_before_ = now + pause_;
      failure_ = sent.error();
      return sent;
    }
    said_ = order;
    failure_.reset();
    pause_ = {};
    not_before_ = now + repeat_after;
    return {};
  }

 private:
  std::optional<NodeOrder> said_;  // And heard.
  std::optional<Error> failure_;   // Of the last time.
  std::chrono::nanoseconds pause_{0}, not_before_{0};
};

}  // namespace cairn
