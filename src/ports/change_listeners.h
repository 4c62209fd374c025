#pragma once

#include <functional>
#include <memory>

#include "ports/change_feed.h"

namespace cairn {

/// Who listens to a feed in this process. Any thread. Subscriptions may outlive it.
class ChangeListeners {
 public:
  ChangeListeners();

  /// Calls everybody who listens. Several threads may call at once.
  void call() const;

  [[nodiscard]] std::unique_ptr<ChangeFeed::Subscription> add(std::function<void()> on_hint);

 private:
  struct Shared;
  class Listening;
  std::shared_ptr<Shared> shared_;
};

}  // namespace cairn
