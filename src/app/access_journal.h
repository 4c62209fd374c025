#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "domain/access.h"
#include "ports/access_store.h"

namespace cairn {

struct JournalOptions {
  std::chrono::milliseconds delay{1'000};  ///< How long notes may wait to be written together.
  std::size_t max_waiting = 100'000;       ///< Audit entries that wait while the store does not answer.
  std::chrono::milliseconds audit_age = std::chrono::days(365);  ///< Older entries are forgotten.
  std::chrono::milliseconds prune_every = std::chrono::hours(1);
};

/// Collects what is written about the use of the store: the audit log, and when and how much a key was used. Notes wait
/// a moment and are written together, so that an upload costs no flush of its own. A sudden death loses the last second
/// of them; what changes who may do what is written at once, with note_now(). Any thread.
class AccessJournal {
 public:
  AccessJournal(AccessStore& store, const Clock& clock, JournalOptions options);
  ~AccessJournal();  ///< Writes what waits.

  /// Starts the thread that writes. Without it notes wait for flush().
  Result<void> start();

  /// `what` happened; made harmless for logs, and dated now. Secrets have no place in any field.
  void note(AuditEntry what);
  Result<void> note_now(AuditEntry what);

  /// A key was used, and added so much.
  void used(const KeyId& key, std::uint64_t documents, std::uint64_t bytes);

  /// Writes what waits. What could not be written goes on waiting.
  Result<void> flush();

  /// Audit entries that were lost because too many waited.
  std::uint64_t lost() const;

 private:
  struct Waiting {
    std::vector<AuditEntry> entries;
    std::unordered_map<KeyId, KeyUse> uses;
  };

  AuditEntry cleaned(AuditEntry what) const;
  void keep(Waiting waiting);
  void run(const std::stop_token& stop);
  void prune();

  AccessStore& store_;
  const Clock& clock_;
  JournalOptions options_;
  mutable std::mutex mutex_;
  std::condition_variable_any something_waits_;
  Waiting waiting_;                        ///< Guarded by mutex_.
  std::uint64_t lost_ = 0;                 ///< Guarded by mutex_.
  std::chrono::nanoseconds next_prune_{};  ///< Of the thread alone.
  std::jthread thread_;                    ///< Last, so that it ends first.
};

/// An entry for what a principal did. `outcome` "ok", or the kind of the error.
AuditEntry audit_entry(const Principal& principal, std::string_view action, std::string_view object,
                       std::string_view address, std::string_view outcome);

}  // namespace cairn
