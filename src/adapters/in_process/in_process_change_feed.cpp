#include "adapters/in_process/in_process_change_feed.h"

#include <cstdint>
#include <map>
#include <mutex>
#include <shared_mutex>

namespace cairn {

struct InProcessChangeFeed::Listeners {
  std::shared_mutex mutex;
  // Guarded by mutex:
  std::map<std::uint64_t, std::function<void()>> callbacks;
  std::uint64_t next = 0;
};

class InProcessChangeFeed::Listening final : public Subscription {
 public:
  Listening(std::shared_ptr<Listeners> listeners, std::uint64_t number)
      : listeners_(std::move(listeners)), number_(number) {}
  Listening(const Listening&) = delete;
  Listening& operator=(const Listening&) = delete;
  ~Listening() override {
    const std::unique_lock lock(listeners_->mutex);
    listeners_->callbacks.erase(number_);
  }

 private:
  std::shared_ptr<Listeners> listeners_;
  std::uint64_t number_;
};

InProcessChangeFeed::InProcessChangeFeed() : listeners_(std::make_shared<Listeners>()) {}

void InProcessChangeFeed::announce() {
  const std::shared_lock lock(listeners_->mutex);
  for (const auto& [number, callback] : listeners_->callbacks) callback();
}

std::unique_ptr<ChangeFeed::Subscription> InProcessChangeFeed::subscribe(std::function<void()> on_hint) {
  const std::unique_lock lock(listeners_->mutex);
  const std::uint64_t number = listeners_->next++;
  listeners_->callbacks.emplace(number, std::move(on_hint));
  return std::make_unique<Listening>(listeners_, number);
}

}  // namespace cairn
