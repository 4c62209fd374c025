#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <random>
#include <string>
#include <string_view>

#include "base/error.h"

namespace cairn {

/// What happens to one call.
enum class Fault {
  none,
  before,  ///< It fails and does nothing.
  after,   ///< It does its work, and the acknowledgement is lost.
  torn,    ///< Of bytes to be written only a part arrives; then as `before`.
};

struct FaultOptions {
  std::uint64_t seed = 0;                         ///< The same seed and the same order of calls give the same faults.
  double rate = 0;                                ///< Share of calls that go wrong, 0..1.
  bool before = true, after = true, torn = true;  ///< The kinds to choose from.

  /// Called with "<operation>:before" and "<operation>:after" around every call; a crash test ends the process in it.
  /// May be empty.
  std::function<void(std::string_view point)> crash_point;
};

/// Decides which calls fail. Shared by the adapters of one test. Any thread.
class FaultPlan {
 public:
  explicit FaultPlan(FaultOptions options) : options_(std::move(options)), random_(options_.seed) {}

  /// The fate of the next call; `torn` only where bytes are written.
  Fault next(bool writes_bytes);

  void reach(std::string_view operation, std::string_view when) const;

  /// The error that the caller sees: `unavailable`, with the seed that makes it happen again.
  Error error(std::string_view operation, Fault fault) const;

  /// Whether something of probability `share` happens, from the same seed.
  bool toss(double share);

  /// For a test's failure message: "fault seed 42, after 17 calls".
  std::string describe() const;

 private:
  FaultOptions options_;
  mutable std::mutex mutex_;
  std::mt19937_64 random_;   // Guarded by mutex_.
  std::uint64_t calls_ = 0;  // Guarded by mutex_.
};

}  // namespace cairn
