#pragma once

#include <condition_variable>
#include <coroutine>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "api/http/loop.h"

namespace cairn::http {

/// The threads that handlers run on, first come first served. When all of them stand still (each waits for a slow
/// model, say) while others queue, more are added, so that short requests still get through. Any thread.
class Workers {
 public:
  Workers(std::size_t threads, std::size_t max_threads);
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  /// `work` must not throw.
  void submit(std::function<void()> work);
  std::size_t queued() const;

  /// Asked now and then: adds a thread if something waits and nothing was begun since it was asked before.
  void relieve();

  /// Ends all threads after what was submitted is done.
  void join();

 private:
  struct Sleeper {
    std::condition_variable wake;
    bool woken = false;
  };

  void add_thread();
  void run();
  void wake_one();

  const std::size_t max_threads_;
  mutable std::mutex mutex_;
  // The thread that fell asleep last is woken first, for its memory is still in the processor's caches. And one at a
  // time: it wakes the next if it finds more than it can take, so that short work does not wake threads for nothing.
  std::vector<Sleeper*> asleep_;             // Guarded by mutex_.
  bool waking_ = false;                      // Guarded by mutex_: a woken thread has not looked yet.
  std::deque<std::function<void()>> queue_;  // Guarded by mutex_.
  std::vector<std::thread> threads_;         // Guarded by mutex_.
  std::uint64_t begun_ = 0;                  // Guarded by mutex_.
  std::uint64_t begun_before_ = 0;           // Guarded by mutex_.
  bool ending_ = false;                      // Guarded by mutex_.
};

/// `co_await OnWorker(workers, loop, f)`: runs `f` on a worker and comes back to the loop with its result, or with
/// the exception that it threw.
template <class F>
class OnWorker {
 public:
  using Value = std::invoke_result_t<F&>;

  OnWorker(Workers& workers, Loop& loop, F f) : workers_(workers), loop_(loop), f_(std::move(f)) {}

  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> waiter) {
    workers_.submit([this, waiter] {
      try {
        if constexpr (std::is_void_v<Value>) f_();
        else value_.emplace(f_());
      } catch (...) { failure_ = std::current_exception(); }
      loop_.post([waiter] { waiter.resume(); });
    });
  }
  Value await_resume() {
    if (failure_) std::rethrow_exception(failure_);
    if constexpr (!std::is_void_v<Value>) return std::move(*value_);
  }

 private:
  struct Nothing {};

  Workers& workers_;
  Loop& loop_;
  F f_;
  std::optional<std::conditional_t<std::is_void_v<Value>, Nothing, Value>> value_;
  std::exception_ptr failure_;
};

}  // namespace cairn::http
