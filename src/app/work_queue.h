#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

namespace cairn {

/// First in, first out between threads. Closing it lets those who wait drain it and leave.
template <class T>
class WorkQueue {
 public:
  void push(T item) {
    const std::lock_guard lock(mutex_);
    items_.push_back(std::move(item));
    filled_.notify_one();
  }

  /// Waits for an item; empty once closed and drained.
  std::optional<T> pop() {
    std::unique_lock lock(mutex_);
    filled_.wait(lock, [&] { return closed_ || !items_.empty(); });
    return take();
  }

  /// Likewise, but waits no longer than `patience`, nor past a call of wake().
  std::optional<T> pop_for(std::chrono::milliseconds patience) {
    std::unique_lock lock(mutex_);
    filled_.wait_for(lock, patience, [&] { return closed_ || woken_ || !items_.empty(); });
    woken_ = false;
    return take();
  }

  /// Lets pop_for() return without an item: something else has changed.
  void wake() {
    const std::lock_guard lock(mutex_);
    woken_ = true;
    filled_.notify_all();
  }

  void close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    filled_.notify_all();
  }

  std::size_t size() const {
    const std::lock_guard lock(mutex_);
    return items_.size();
  }

  bool drained() const {
    const std::lock_guard lock(mutex_);
    return closed_ && items_.empty();
  }

 private:
  std::optional<T> take() {
    if (items_.empty()) return std::nullopt;
    std::optional<T> item(std::move(items_.front()));
    items_.pop_front();
    return item;
  }

  mutable std::mutex mutex_;
  std::condition_variable filled_;
  // Guarded by mutex_:
  std::deque<T> items_;
  bool closed_ = false;
  bool woken_ = false;
};

}  // namespace cairn
