#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>

#include "base/cancel.h"
#include "base/result.h"

namespace cairn {

/// Lets so many callers in at a time, in the order in which they came. For adapters of ports whose calls wait their
/// turn. Any thread.
class Turns {
 public:
  explicit Turns(std::size_t most) : free_(most) {}

  /// Ends when it goes.
  class Turn {
   public:
    explicit Turn(Turns& turns) : turns_(&turns) {}

   private:
    struct End {
      void operator()(Turns* turns) const { turns->end(); }
    };
    std::unique_ptr<Turns, End> turns_;
  };

  /// Looks at `cancel` every 20 ms. Errors: `cancelled`, `limited` (nobody came out until then).
  Result<Turn> take(const CancelToken& cancel, std::chrono::steady_clock::time_point until);

  /// Whether nobody would wait just now.
  bool has_room() const;

 private:
  void end();

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t free_;                   // Guarded by mutex_.
  std::deque<std::uint64_t> waiting_;  // Guarded by mutex_.
  std::uint64_t next_ = 0;             // Guarded by mutex_.
};

}  // namespace cairn
