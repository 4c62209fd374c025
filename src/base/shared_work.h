#pragma once

#include <atomic>
#include <future>
#include <map>
#include <mutex>
#include <utility>

namespace cairn {

/// Lets one thread at a time do a piece of work; those who want the same meanwhile wait for it and get what came of it.
/// `Outcome` is copied, so it is something like Result<T>. Any thread.
template <class Key, class Outcome>
class SharedWork {
 public:
  /// What `work()` gives, or gave to the thread that was first. Throws what that one threw.
  template <class Work>
  Outcome run(const Key& key, const Work& work) {
    std::promise<Outcome> promise;
    if (const auto others = join(key, promise); others.valid()) return wait(others);
    const End end{*this, key};
    try {
      Outcome outcome = work();
      promise.set_value(outcome);
      return outcome;
    } catch (...) {
      promise.set_exception(std::current_exception());
      throw;
    }
  }

  /// How many wait for others just now.
  int waiting() const { return waiting_; }

 private:
  using Future = std::shared_future<Outcome>;

  struct End {
    SharedWork& shared;
    const Key& key;
    ~End() {
      const std::lock_guard lock(shared.mutex_);
      shared.under_way_.erase(key);
    }
  };

  /// Another thread's work, or nothing: then it is for the caller to do.
  Future join(const Key& key, std::promise<Outcome>& promise) {
    const std::lock_guard lock(mutex_);
    const auto [entry, is_first] = under_way_.try_emplace(key);
    if (!is_first) return entry->second;
    entry->second = promise.get_future().share();
    return {};
  }

  Outcome wait(const Future& others) {
    ++waiting_;
    others.wait();
    --waiting_;
    return others.get();
  }

  std::mutex mutex_;
  std::map<Key, Future> under_way_;  // Guarded by mutex_.
  std::atomic<int> waiting_{0};
};

}  // namespace cairn
