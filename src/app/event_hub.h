#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "app/event_filter.h"
#include "base/clock.h"
#include "base/result.h"
#include "domain/principal.h"
#include "ports/catalog.h"
#include "ports/change_feed.h"

namespace cairn {

/// What a follower is sent.
struct HubEvent {
  std::uint64_t id = 0;  ///< To resume after it.
  std::string name;      ///< "ready", "reload", or what EventHubOptions::write gave.
  std::string data;
};

struct EventHubOptions {
  /// Name and data of a change, made once for all who follow. Required.
  std::function<HubEvent(const Change&)> write;

  /// Changes are read at most so often. A state that was passed through meanwhile is never told; together with the
  /// worker's heartbeat this keeps a task below four events a second.
  std::chrono::milliseconds pause{50};

  /// How soon a change is found whose hint was lost. Nobody looks while nobody follows or waits.
  std::chrono::milliseconds poll{2'000};

  /// How often a follower is asked whether it may still follow.
  std::chrono::milliseconds recheck{5'000};
};

/// Tells any number of followers what changes, each only what it may see, and calls back whoever waits for tasks. One
/// thread, which reads each change once for all; it sleeps while nothing changes or nobody listens. Any thread may
/// call.
class EventHub {
 public:
  /// All but the options must outlive the hub.
  EventHub(const Catalog& catalog, ChangeFeed& feed, const Clock& clock, EventHubOptions options);
  ~EventHub();
  EventHub(const EventHub&) = delete;
  EventHub& operator=(const EventHub&) = delete;

  /// Errors: `unavailable` when the system refuses a thread.
  Result<void> start();

  struct Follow {
    Principal principal;
    EventFilter filter;
    std::optional<std::uint64_t> after;  ///< The last event seen; empty: only what comes from now on.

    /// Takes an event and must not block; false: the follower has gone. Called on the hub's thread.
    std::function<bool(const HubEvent&)> send;

    /// Whether the principal may still be told; asked now and then before an event. Empty: always.
    std::function<bool()> still_allowed;
  };

  /// Ends when the follower goes (`send` gives false) or unfollow() is called. First a "ready" event tells where the
  /// follower stands. Where removals were forgotten since `after`, or the store went back in time, comes "reload": the
  /// follower must read everything again. Errors: those of Catalog.
  Result<std::uint64_t> follow(Follow follow);

  /// Does not wait for a `send` that is under way: what that uses must stay alive with it.
  void unfollow(std::uint64_t follower);

  class Wait {
   public:
    virtual ~Wait() = default;  ///< Forgets it; may run while it is being called back.
  };

  /// Calls `then` once, on the hub's thread: true when all tasks have ended or are gone, false when `patience` ended
  /// before. Dropping the result forgets it.
  [[nodiscard]] std::unique_ptr<Wait> when_ended(std::vector<TaskId> tasks, std::chrono::milliseconds patience,
                                                 std::function<void(bool)> then);

  std::size_t followers() const;

 private:
  struct Follower;
  struct Waiting;
  class Waiter;
  struct State;

  /// Changes with what was made of them so far.
  struct Page {
    const Changes& changes;
    std::vector<std::optional<HubEvent>> written;
  };

  void run(const std::stop_token& stop);
  void wait_for_work(const std::stop_token& stop);
  void wake();
  bool round();
  bool catch_up(Follower& follower);
  bool tell_changes();
  bool look_at_new_waits();
  void tell(Follower& follower, Page& page);
  void send(Follower& follower, const HubEvent& event);
  void note_ended(const std::vector<Change>& changes);
  void end_waits();
  void drop_gone();
  std::vector<std::shared_ptr<Follower>> all_followers() const;

  const Catalog& catalog_;
  ChangeFeed& feed_;
  const Clock& clock_;
  const EventHubOptions options_;
  std::shared_ptr<State> state_;
  // The hub's thread:
  std::uint64_t position_ = 0;  ///< The newest change that was told.
  bool is_live_ = false;        ///< Whether somebody listened when `position_` was reached.
  std::unique_ptr<ChangeFeed::Subscription> hints_;
  std::jthread thread_;  // Last: it uses everything above.
};

}  // namespace cairn
