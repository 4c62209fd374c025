#pragma once

#include <memory>

#include "ports/change_feed.h"
#include "ports/change_listeners.h"

namespace cairn {

/// Hints within one process.
class InProcessChangeFeed final : public ChangeFeed {
 public:
  void announce() override { listeners_.call(); }
  [[nodiscard]] std::unique_ptr<Subscription> subscribe(std::function<void()> on_hint) override {
    return listeners_.add(std::move(on_hint));
  }

 private:
  ChangeListeners listeners_;
};

}  // namespace cairn
