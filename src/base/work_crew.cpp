#include "base/work_crew.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <system_error>
#include <utility>

namespace cairn {

/// Shared by the caller and those who help: one who comes late finds nothing left to begin, and touches none.
class WorkCrew::Batch {
 public:
  explicit Batch(std::span<const std::function<void()>> pieces) : pieces_(pieces), open_(pieces.size()) {}

  /// Begins pieces until there are none left to begin.
  void work() {
    for (std::size_t piece = next_++; piece < pieces_.size(); piece = next_++) {
      std::exception_ptr thrown;
      try {
        pieces_[piece]();
      } catch (...) { thrown = std::current_exception(); }
      const std::lock_guard lock(mutex_);
      if (!thrown_) thrown_ = thrown;
      if (--open_ == 0) done_.notify_all();
    }
  }

  void wait() {
    std::unique_lock lock(mutex_);
    done_.wait(lock, [&] { return open_ == 0; });
    if (thrown_) std::rethrow_exception(thrown_);
  }

 private:
  const std::span<const std::function<void()>> pieces_;
  std::atomic<std::size_t> next_{0};
  std::mutex mutex_;
  std::condition_variable done_;
  std::size_t open_;           // Guarded by mutex_.
  std::exception_ptr thrown_;  // Guarded by mutex_.
};

WorkCrew::~WorkCrew() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  called_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void WorkCrew::run(std::span<const std::function<void()>> pieces) {
  const auto batch = std::make_shared<Batch>(pieces);
  if (const std::size_t hands = std::min(pieces.size(), wanted_ + 1); hands > 1) {
    {
      const std::lock_guard lock(mutex_);
      start();
      // Nobody comes to a batch that waits behind others before its caller has done it alone.
      if (calls_.size() < threads_.size()) calls_.insert(calls_.end(), hands - 1, batch);
    }
    for (std::size_t hand = 1; hand < hands; ++hand) called_.notify_one();
  }
  batch->work();
  batch->wait();
}

void WorkCrew::start() {
  if (std::exchange(started_, true)) return;
  try {
    while (threads_.size() < wanted_) threads_.emplace_back([this] { help(); });
  } catch (const std::system_error&) {
    // The caller does what those who are missing would have done.
  }
}

void WorkCrew::help() {
  std::unique_lock lock(mutex_);
  while (true) {
    called_.wait(lock, [&] { return ending_ || !calls_.empty(); });
    if (ending_) return;
    const auto batch = std::move(calls_.front());
    calls_.pop_front();
    lock.unlock();
    batch->work();
    lock.lock();
  }
}

}  // namespace cairn
