#include "ports/change_listeners.h"

#include <cstdint>
#include <map>
#include <mutex>
#include <shared_mutex>

namespace cairn {

struct ChangeListeners::Shared {
  std::shared_mutex mutex;
  // Guarded by mutex:
  std::map<std::uint64_t, std::function<void()>> callbacks;
  std::uint64_t next = 0;
};

class ChangeListeners::Listening final : public ChangeFeed::Subscription {
 public:
  Listening(std::shared_ptr<Shared> shared, std::uint64_t number) : shared_(std::move(shared)), number_(number) {}
  Listening(const Listening&) = delete;
  Listening& operator=(const Listening&) = delete;
  ~Listening() override {
    const std::unique_lock lock(shared_->mutex);
    shared_->callbacks.erase(number_);
  }

 private:
  std::shared_ptr<Shared> shared_;
  std::uint64_t number_;
};

ChangeListeners::ChangeListeners() : shared_(std::make_shared<Shared>()) {}

void ChangeListeners::call() const {
  const std::shared_lock lock(shared_->mutex);
  for (const auto& [number, callback] : shared_->callbacks) callback();
}

std::unique_ptr<ChangeFeed::Subscription> ChangeListeners::add(std::function<void()> on_hint) {
  const std::unique_lock lock(shared_->mutex);
  const std::uint64_t number = shared_->next++;
  shared_->callbacks.emplace(number, std::move(on_hint));
  return std::make_unique<Listening>(shared_, number);
}

}  // namespace cairn
