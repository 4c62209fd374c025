#include "api/http/workers.h"

#include <system_error>

namespace cairn::http {

Workers::Workers(std::size_t threads, std::size_t max_threads) : max_threads_(max_threads) {
  std::lock_guard lock(mutex_);
  for (std::size_t i = 0; i < threads; ++i) add_thread();
}

Workers::~Workers() { join(); }

void Workers::add_thread() {
  threads_.emplace_back([this] { run(); });
}

void Workers::submit(std::function<void()> work) {
  std::lock_guard lock(mutex_);
  queue_.push_back(std::move(work));
  if (!waking_) wake_one();
}

void Workers::wake_one() {
  if (asleep_.empty()) return;
  asleep_.back()->woken = waking_ = true;
  asleep_.back()->wake.notify_one();
  asleep_.pop_back();
}

std::size_t Workers::queued() const {
  std::lock_guard lock(mutex_);
  return queue_.size();
}

void Workers::relieve() {
  std::lock_guard lock(mutex_);
  if (!queue_.empty() && begun_ == begun_before_ && threads_.size() < max_threads_ && !ending_) {
    try {
      add_thread();
    } catch (const std::system_error&) {
      // No more threads to be had: those that there are have to do.
    }
  }
  begun_before_ = begun_;
}

void Workers::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    if (queue_.empty()) {
      if (ending_) return;
      Sleeper sleeper;
      asleep_.push_back(&sleeper);
      sleeper.wake.wait(lock, [&] { return sleeper.woken; });
      waking_ = false;
      continue;
    }
    auto work = std::move(queue_.front());
    queue_.pop_front();
    ++begun_;
    if (!queue_.empty() && !waking_) wake_one();
    lock.unlock();
    work();
    work = nullptr;
    lock.lock();
  }
}

void Workers::join() {
  std::vector<std::thread> threads;
  {
    std::lock_guard lock(mutex_);
    ending_ = true;
    threads.swap(threads_);
    while (!asleep_.empty()) wake_one();
  }
  for (auto& thread : threads) thread.join();
}

}  // namespace cairn::http
