#include "adapters/model_pool/circuit.h"

#include <algorithm>

namespace cairn {

bool Circuit::enter(Time now) {
  if (open_until_ == Time(0)) return true;
  if (now < open_until_ || trying_) return false;
  trying_ = true;
  return true;
}

void Circuit::succeeded() {
  failures_ = openings_ = 0;
  open_until_ = Time(0);
  trying_ = false;
}

void Circuit::failed(Time now) {
  ++failures_;
  const bool opens = trying_ || failures_ >= options_.failures;
  trying_ = false;
  if (!opens) return;
  const auto cool_down = options_.cool_down * (1u << std::min(openings_, 16u));
  open_until_ = now + std::min<std::chrono::milliseconds>(cool_down, options_.longest_cool_down);
  ++openings_;
}

void Circuit::rest(Time now, std::chrono::milliseconds duration) {
  trying_ = false;
  open_until_ = now + std::min(duration, options_.longest_cool_down);
}

void Circuit::left() { trying_ = false; }

}  // namespace cairn
