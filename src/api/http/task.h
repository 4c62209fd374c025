#pragma once

#include <coroutine>
#include <exception>
#include <optional>
#include <utility>

namespace cairn::http {

template <class T>
class [[nodiscard]] Task;

namespace detail {

struct TaskPromise {
  std::coroutine_handle<> continuation;
  std::exception_ptr failure;

  struct Final {
    bool await_ready() const noexcept { return false; }
    template <class Promise>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> done) const noexcept {
      return done.promise().continuation;
    }
    void await_resume() const noexcept {}
  };

  std::suspend_always initial_suspend() const noexcept { return {}; }
  Final final_suspend() const noexcept { return {}; }
  void unhandled_exception() noexcept { failure = std::current_exception(); }
};

template <class T>
struct TaskResult : TaskPromise {
  std::optional<T> value;

  Task<T> get_return_object();
  void return_value(T given) { value.emplace(std::move(given)); }
  T take() {
    if (failure) std::rethrow_exception(failure);
    return std::move(*value);
  }
};

template <>
struct TaskResult<void> : TaskPromise {
  Task<void> get_return_object();
  void return_void() const noexcept {}
  void take() const {
    if (failure) std::rethrow_exception(failure);
  }
};

}  // namespace detail

/// A coroutine that runs when it is awaited, once, on the thread of whoever resumes it. Owns its frame.
template <class T>
class [[nodiscard]] Task {
 public:
  using promise_type = detail::TaskResult<T>;
  using Handle = std::coroutine_handle<promise_type>;

  explicit Task(Handle handle) : handle_(handle) {}
  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Task(const Task&) = delete;
  Task& operator=(const Task&) = delete;
  ~Task() {
    if (handle_) handle_.destroy();
  }

  bool await_ready() const noexcept { return false; }
  Handle await_suspend(std::coroutine_handle<> continuation) noexcept {
    handle_.promise().continuation = continuation;
    return handle_;
  }
  T await_resume() { return handle_.promise().take(); }

 private:
  Handle handle_;
};

template <class T>
Task<T> detail::TaskResult<T>::get_return_object() {
  return Task<T>(std::coroutine_handle<TaskResult<T>>::from_promise(*this));
}

inline Task<void> detail::TaskResult<void>::get_return_object() {
  return Task<void>(std::coroutine_handle<TaskResult<void>>::from_promise(*this));
}

/// Runs by itself from the call on, and frees itself at its end. An exception that leaves it ends the process.
struct Detached {
  struct promise_type {
    Detached get_return_object() const noexcept { return {}; }
    std::suspend_never initial_suspend() const noexcept { return {}; }
    std::suspend_never final_suspend() const noexcept { return {}; }
    void return_void() const noexcept {}
    void unhandled_exception() const noexcept { std::terminate(); }
  };
};

/// Wakes one waiting coroutine of the same thread; a wake-up before the wait is kept.
class Signal {
 public:
  Signal() = default;
  Signal(const Signal&) = delete;
  Signal& operator=(const Signal&) = delete;

  void notify() {
    raised_ = true;
    if (auto waiter = std::exchange(waiter_, nullptr)) waiter.resume();
  }

  struct Wait {
    Signal& signal;
    bool await_ready() const noexcept { return signal.raised_; }
    void await_suspend(std::coroutine_handle<> waiter) const noexcept { signal.waiter_ = waiter; }
    void await_resume() const noexcept { signal.raised_ = false; }
  };

  /// `co_await signal.raised()`.
  Wait raised() { return {*this}; }

 private:
  std::coroutine_handle<> waiter_;
  bool raised_ = false;
};

}  // namespace cairn::http
