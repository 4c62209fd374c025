#pragma once

#include <functional>
#include <memory>

namespace cairn {

/// A hint that something changed, so that nobody has to look all the time. Hints may be lost, late, or about nothing:
/// the truth is Catalog::changes, which whoever listens asks after a hint, and now and then without one.
class ChangeFeed {
 public:
  virtual ~ChangeFeed() = default;

  /// Says that something was committed. Cheap; never blocks for long. Any thread.
  virtual void announce() = 0;

  /// Keeps a listener; dropping it ends the calls, and waits for one under way. It may outlive the feed.
  class Subscription {
   public:
    virtual ~Subscription() = default;
  };

  /// `on_hint` is called on any thread, maybe on several at once, maybe within announce(): it only wakes somebody. It
  /// must not call the feed.
  [[nodiscard]] virtual std::unique_ptr<Subscription> subscribe(std::function<void()> on_hint) = 0;
};

}  // namespace cairn
