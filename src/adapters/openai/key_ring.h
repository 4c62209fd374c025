#pragma once

#include <chrono>
#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"

namespace cairn {

/// The keys of one endpoint, used in turn; one that is out of quota or refused rests. Any thread.
class KeyRing {
 public:
  /// No keys: one that is empty. `clock` must outlive this.
  KeyRing(std::vector<std::string> keys, const Clock& clock);

  struct Pick {
    std::size_t index;
    std::string key;
  };

  /// The next that does not rest; nothing when all do.
  std::optional<Pick> pick();

  /// How long until one is free again, when all rest.
  std::chrono::milliseconds free_in() const;

  /// Whether all rest because the endpoint refuses them.
  bool all_refused() const;

  void rest(std::size_t index, std::chrono::milliseconds duration, bool refused);

  const std::vector<std::string>& keys() const { return keys_; }

 private:
  struct Rest {
    std::chrono::nanoseconds until{0};
    bool refused = false;
  };

  const std::vector<std::string> keys_;
  const Clock& clock_;
  mutable std::mutex mutex_;
  std::vector<Rest> rests_;  // Guarded by mutex_.
  std::size_t next_ = 0;     // Guarded by mutex_.
};

}  // namespace cairn
