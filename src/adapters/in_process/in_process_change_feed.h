#pragma once

#include <memory>

#include "ports/change_feed.h"

namespace cairn {

/// Hints within one process.
class InProcessChangeFeed final : public ChangeFeed {
 public:
  InProcessChangeFeed();
  void announce() override;
  [[nodiscard]] std::unique_ptr<Subscription> subscribe(std::function<void()> on_hint) override;

 private:
  struct Listeners;
  class Listening;
  std::shared_ptr<Listeners> listeners_;
};

}  // namespace cairn
