#include "api/http/inbox.h"

#include <utility>

namespace cairn::http {

std::string_view Inbox::bytes() {
  if (kept_.empty()) return fresh_;
  kept_.append(std::exchange(fresh_, {}));
  return kept_;
}

void Inbox::take(std::size_t count) {
  if (kept_.empty()) {
    fresh_.remove_prefix(count);
  } else if (count == kept_.size()) {
    std::string().swap(kept_);
  } else {
    kept_.erase(0, count);
  }
}

void Inbox::read() {
  kept_.append(std::exchange(fresh_, {}));
  reading_ = true;
  reading_wide_ = use_wide_;
  if (use_wide_ && !wide_) wide_ = std::make_unique_for_overwrite<char[]>(wide_bytes);
  wire_.read_some(use_wide_ ? std::span<char>(wide_.get(), wide_bytes) : std::span<char>(narrow_), *this);
}

void Inbox::watch(std::size_t limit) {
  if (!reading_ && !ended_ && kept_.size() + fresh_.size() < limit) read();
}

void Inbox::set_wide(bool wide) {
  use_wide_ = wide;
  if (wide || reading_wide_) return;
  kept_.append(std::exchange(fresh_, {}));
  wide_.reset();
}

void Inbox::More::await_suspend(std::coroutine_handle<> waiter) {
  inbox.waiter_ = waiter;
  if (!inbox.reading_) inbox.read();
}

void Inbox::interrupt() {
  if (auto waiter = std::exchange(waiter_, nullptr)) waiter.resume();
}

void Inbox::wire_done(bool failed, std::size_t bytes) {
  reading_ = false;
  fresh_ = {reading_wide_ ? wide_.get() : narrow_.data(), bytes};
  reading_wide_ = false;
  if (bytes == 0) {
    ended_ = true;
    lost_ = failed;
  }
  if (auto settler = std::exchange(settler_, nullptr)) settler.resume();
  else if (auto waiter = std::exchange(waiter_, nullptr)) waiter.resume();
  else watcher_.unasked();
}

}  // namespace cairn::http
