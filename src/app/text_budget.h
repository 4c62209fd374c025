#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <utility>

namespace cairn {

/// Bounds the text that is in memory at once. A document that is larger than the whole budget passes alone. Any thread.
class TextBudget {
 public:
  explicit TextBudget(std::uint64_t bytes) : limit_(bytes) {}

  /// Bytes taken; given back when it is destroyed. Movable; empty by default.
  class Share {
   public:
    Share() = default;
    Share(Share&& other) noexcept
        : budget_(std::exchange(other.budget_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}
    Share& operator=(Share&& other) noexcept {
      std::swap(budget_, other.budget_);
      std::swap(bytes_, other.bytes_);
      return *this;
    }
    ~Share() {
      if (budget_) budget_->change(bytes_, 0);
    }

    /// Corrects an estimate; does not wait.
    void resize(std::uint64_t bytes) {
      if (budget_) budget_->change(std::exchange(bytes_, bytes), bytes);
    }

   private:
    friend class TextBudget;
    Share(TextBudget* budget, std::uint64_t bytes) : budget_(budget), bytes_(bytes) {}
    TextBudget* budget_ = nullptr;
    std::uint64_t bytes_ = 0;
  };

  /// Waits until `bytes` fit beside what is taken, or nothing is taken.
  Share take(std::uint64_t bytes) {
    std::unique_lock lock(mutex_);
    freed_.wait(lock, [&] { return lifted_ || used_ == 0 || used_ + bytes <= limit_; });
    used_ += bytes;
    return {this, bytes};
  }

  /// Nobody waits any more: what holds the text will not give it back.
  void lift() {
    const std::lock_guard lock(mutex_);
    lifted_ = true;
    freed_.notify_all();
  }

 private:
  void change(std::uint64_t before, std::uint64_t after) {
    const std::lock_guard lock(mutex_);
    used_ += after - before;
    freed_.notify_all();
  }

  const std::uint64_t limit_;
  std::mutex mutex_;
  std::condition_variable freed_;
  // Guarded by mutex_:
  std::uint64_t used_ = 0;
  bool lifted_ = false;
};

}  // namespace cairn
