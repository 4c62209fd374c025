#pragma once

#include <chrono>
#include <optional>

namespace cairn {

struct CircuitOptions {
  unsigned failures = 2;                        ///< In a row, until it opens.
  std::chrono::milliseconds cool_down{15'000};  ///< Doubles while it keeps failing.
  std::chrono::milliseconds longest_cool_down{300'000};
};

/// Whether a model that failed may be asked again: not while it cools down, then one question to try, then as before.
/// `now` only grows. One thread at a time.
class Circuit {
 public:
  using Time = std::chrono::nanoseconds;

  explicit Circuit(CircuitOptions options) : options_(options) {}

  /// Whether it may be asked now; whoever asks reports what came of it.
  bool enter(Time now);

  void succeeded();
  void failed(Time now);
  void rest(Time now, std::chrono::milliseconds duration);  ///< It said itself when to come back.
  void left();                                              ///< Nothing was learnt.

  /// Until when it is not asked; zero: it may be.
  Time open_until() const { return open_until_; }

 private:
  CircuitOptions options_;
  unsigned failures_ = 0, openings_ = 0;
  Time open_until_{0};
  bool trying_ = false;
};

}  // namespace cairn
