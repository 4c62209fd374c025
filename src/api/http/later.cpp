#include "api/http/later.h"

namespace cairn::http {

struct LaterReply::Slot {
  std::shared_ptr<LaterReply> reply;

  explicit Slot(std::shared_ptr<LaterReply> waiting) : reply(std::move(waiting)) {}
  Slot(const Slot&) = delete;
  Slot& operator=(const Slot&) = delete;
  ~Slot() { reply->put(std::nullopt); }
};

std::function<void(Response)> LaterReply::slot() {
  return
      [slot = std::make_shared<Slot>(shared_from_this())](Response response) { slot->reply->put(std::move(response)); };
}

void LaterReply::put(std::optional<Response> response) {
  std::lock_guard lock(mutex_);
  if (done_ || !loop_) return;
  done_ = true;
  response_ = std::move(response);
  loop_->post([self = shared_from_this()] { self->answered_.notify(); });
}

bool LaterReply::ready() {
  std::lock_guard lock(mutex_);
  return done_ || !loop_;
}

std::optional<Response> LaterReply::take() {
  std::lock_guard lock(mutex_);
  loop_ = nullptr;
  return std::exchange(response_, std::nullopt);
}

void LaterReply::abandon() {
  {
    std::lock_guard lock(mutex_);
    loop_ = nullptr;
  }
  answered_.notify();
}

}  // namespace cairn::http
