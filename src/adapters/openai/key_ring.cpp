#include "adapters/openai/key_ring.h"

#include <algorithm>

namespace cairn {

KeyRing::KeyRing(std::vector<std::string> keys, const Clock& clock)
    : keys_(keys.empty() ? std::vector<std::string>{""} : std::move(keys)), clock_(clock), rests_(keys_.size()) {}

std::optional<KeyRing::Pick> KeyRing::pick() {
  const std::scoped_lock lock(mutex_);
  const auto now = clock_.monotonic();
  for (std::size_t tried = 0; tried < keys_.size(); ++tried) {
    const std::size_t index = next_++ % keys_.size();
    if (rests_[index].until <= now) return Pick{index, keys_[index]};
  }
  return std::nullopt;
}

std::chrono::milliseconds KeyRing::free_in() const {
  const std::scoped_lock lock(mutex_);
  const auto first = std::ranges::min_element(rests_, {}, &Rest::until)->until - clock_.monotonic();
  return std::max(std::chrono::ceil<std::chrono::milliseconds>(first), std::chrono::milliseconds(0));
}

bool KeyRing::all_refused() const {
  const std::scoped_lock lock(mutex_);
  const auto now = clock_.monotonic();
  return std::ranges::all_of(rests_, [&](const Rest& rest) { return rest.refused && rest.until > now; });
}

void KeyRing::rest(std::size_t index, std::chrono::milliseconds duration, bool refused) {
  const std::scoped_lock lock(mutex_);
  rests_[index] = {clock_.monotonic() + duration, refused};
}

}  // namespace cairn
