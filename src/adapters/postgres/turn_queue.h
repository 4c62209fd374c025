#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>

namespace cairn::postgres {

/// Lets one thread through at a time, in the order in which they came: a plain mutex may give one thread its turn again
/// and again while others wait.
class TurnQueue {
 public:
  /// A thread's turn, if it got one in time; it ends with this object.
  class Turn {
   public:
    Turn(TurnQueue& queue, std::chrono::milliseconds patience) : queue_(queue), has_it_(queue.enter(patience)) {}
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    ~Turn() {
      if (has_it_) queue_.leave();
    }
    explicit operator bool() const { return has_it_; }

   private:
    TurnQueue& queue_;
    bool has_it_;
  };

  /// How many wait or have their turn.
  std::size_t size() const {
    const std::lock_guard lock(mutex_);
    return line_.size();
  }

 private:
  bool enter(std::chrono::milliseconds patience) {
    std::unique_lock lock(mutex_);
    const std::uint64_t mine = next_++;
    line_.push_back(mine);
    if (moved_.wait_for(lock, patience, [&] { return line_.front() == mine; })) return true;
    std::erase(line_, mine);
    moved_.notify_all();
    return false;
  }

  void leave() {
    const std::lock_guard lock(mutex_);
    line_.pop_front();
    moved_.notify_all();
  }

  mutable std::mutex mutex_;
  std::condition_variable moved_;
  // Guarded by mutex_:
  std::deque<std::uint64_t> line_;  // The first has its turn.
  std::uint64_t next_ = 0;
};

}  // namespace cairn::postgres
