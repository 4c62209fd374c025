#include "ports/turns.h"

#include <algorithm>

namespace cairn {

Result<Turns::Turn> Turns::take(const CancelToken& cancel, std::chrono::steady_clock::time_point until) {
  std::unique_lock lock(mutex_);
  const std::uint64_t me = next_++;
  waiting_.push_back(me);
  const auto leave = [&](Error error) {
    std::erase(waiting_, me);
    changed_.notify_all();
    return fail(std::move(error));
  };
  while (free_ == 0 || waiting_.front() != me) {
    if (cancel.cancelled()) return leave({ErrorKind::cancelled, "cancelled"});
    if (std::chrono::steady_clock::now() >= until)
      return leave({ErrorKind::limited, "the language model is busy with other answers; try again later"});
    changed_.wait_for(lock, std::chrono::milliseconds(20));
  }
  if (cancel.cancelled()) return leave({ErrorKind::cancelled, "cancelled"});
  waiting_.pop_front();
  --free_;
  changed_.notify_all();
  return Turn(*this);
}

bool Turns::has_room() const {
  const std::scoped_lock lock(mutex_);
  return free_ > waiting_.size();
}

void Turns::end() {
  const std::scoped_lock lock(mutex_);
  ++free_;
  changed_.notify_all();
}

}  // namespace cairn
