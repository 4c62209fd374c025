#pragma once

#include <algorithm>
#include <list>
#include <mutex>

#include "app/embedding_queue.h"
#include "base/cancel.h"

namespace cairn {

/// The units that are being embedded. A call to a model may take long: it is told to stop once nobody wants any of its
/// vectors any more. Any thread.
class ActiveUnits {
  struct Active {
    const EmbeddingUnit& unit;
    CancelToken stop;
  };

 public:
  /// Counts a unit as active for as long as it lives.
  class Entry {
   public:
    Entry(ActiveUnits& units, const EmbeddingUnit& unit) : units_(units) {
      const std::lock_guard lock(units_.mutex_);
      position_ = units_.active_.insert(units_.active_.end(), {.unit = unit, .stop = {}});
      if (is_pointless(unit)) position_->stop.cancel();
    }
    ~Entry() {
      const std::lock_guard lock(units_.mutex_);
      units_.active_.erase(position_);
    }
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;

    const CancelToken& stop() const { return position_->stop; }

   private:
    ActiveUnits& units_;
    std::list<Active>::iterator position_;
  };

  /// Looks again after tasks were cancelled.
  void stop_pointless() {
    const std::lock_guard lock(mutex_);
    for (const Active& active : active_)
      if (is_pointless(active.unit)) active.stop.cancel();
  }

 private:
  static bool is_pointless(const EmbeddingUnit& unit) {
    return std::ranges::all_of(unit.slices,
                               [](const ChunkSlice& slice) { return slice.document->task->cancel.cancelled(); });
  }

  std::mutex mutex_;
  std::list<Active> active_;  // Guarded by mutex_.
};

}  // namespace cairn
