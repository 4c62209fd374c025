#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "base/clock.h"

namespace boost::asio {
class io_context;
}

namespace cairn::http {

/// What lives on a loop: told the time now and then, and when the server ends. All on the loop's thread.
class Resident {
 public:
  virtual ~Resident() = default;
  virtual void tick(std::chrono::nanoseconds now) = 0;

  /// The server is ending: close what is idle, let the rest end.
  virtual void drain() = 0;

  /// The patience is over: close what is left.
  virtual void cut() = 0;

 private:
  friend class Loop;
  std::size_t place_ = 0;
};

/// One I/O thread. What lives on it is touched by no other thread, so it needs no locks.
class Loop {
 public:
  /// Residents are told the time every `tick`, as long as there are any; `on_tick` runs with them.
  Loop(const Clock& clock, std::chrono::milliseconds tick, std::function<void()> on_tick);
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  boost::asio::io_context& context();

  /// Runs it on the loop's thread, soon. Any thread.
  void post(std::function<void()> work);

  /// Ends the thread once it has nothing more to do. Any thread but its own.
  void join();

  // The rest belongs to the loop's thread.
  void add(Resident& resident);
  void remove(Resident& resident);
  void for_each(const std::function<void(Resident&)>& visit);
  std::chrono::nanoseconds now() const { return clock_.monotonic(); }

  /// For the Date header; valid until the next call.
  const std::string& date();

 private:
  struct State;
  void arm();
  void ticked();

  const Clock& clock_;
  const std::chrono::milliseconds tick_;
  const std::function<void()> on_tick_;
  std::unique_ptr<State> state_;
};

}  // namespace cairn::http
