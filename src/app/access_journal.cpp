#include "app/access_journal.h"

#include <algorithm>

#include "app/start_thread.h"

namespace cairn {
namespace {

constexpr std::size_t max_field_bytes = 256;

std::int64_t day_of(TimePoint time) { return std::chrono::floor<std::chrono::days>(time).time_since_epoch().count(); }

}  // namespace

AuditEntry audit_entry(const Principal& principal, std::string_view action, std::string_view object,
                       std::string_view address, std::string_view outcome) {
  AuditEntry entry;
  entry.tenant = principal.tenant;
  entry.actor = actor_of(principal);
  entry.action = action;
  entry.object = object;
  entry.address = address;
  entry.outcome = outcome;
  return entry;
}

AccessJournal::AccessJournal(AccessStore& store, const Clock& clock, JournalOptions options)
    : store_(store), clock_(clock), options_(options) {}

AccessJournal::~AccessJournal() {
  if (thread_.joinable()) {
    thread_.request_stop();
    thread_.join();
  }
  (void)flush();
}

Result<void> AccessJournal::start() {
  CAIRN_TRY(thread_, start_thread([this](const std::stop_token& stop) { run(stop); }));
  return {};
}

AuditEntry AccessJournal::cleaned(AuditEntry what) const {
  what.at = clock_.now();
  for (std::string* field : {&what.actor, &what.action, &what.object, &what.address, &what.outcome})
    *field = harmless(*field, max_field_bytes);
  return what;
}

void AccessJournal::note(AuditEntry what) {
  AuditEntry entry = cleaned(std::move(what));
  const std::lock_guard lock(mutex_);
  if (waiting_.entries.size() >= options_.max_waiting) {
    ++lost_;
    return;
  }
  waiting_.entries.push_back(std::move(entry));
  something_waits_.notify_one();
}

Result<void> AccessJournal::note_now(AuditEntry what) { return store_.note({cleaned(std::move(what))}, {}); }

void AccessJournal::used(const KeyId& key, std::uint64_t documents, std::uint64_t bytes) {
  const TimePoint now = clock_.now();
  const std::lock_guard lock(mutex_);
  KeyUse& use = waiting_.uses[key];
  use.key = key;
  use.last_used_at = std::max(use.last_used_at, now);
  use.day = day_of(now);
  use.documents += documents;
  use.bytes += bytes;
  if (waiting_.uses.size() == 1) something_waits_.notify_one();
}

Result<void> AccessJournal::flush() {
  Waiting taken;
  {
    const std::lock_guard lock(mutex_);
    std::swap(taken, waiting_);
  }
  if (taken.entries.empty() && taken.uses.empty()) return {};
  std::vector<KeyUse> uses;
  for (const auto& [key, use] : taken.uses) uses.push_back(use);
  auto written = store_.note(taken.entries, uses);
  if (!written) keep(std::move(taken));
  return written;
}

/// Puts back what could not be written, before what came meanwhile.
void AccessJournal::keep(Waiting waiting) {
  const std::lock_guard lock(mutex_);
  std::swap(waiting, waiting_);
  for (AuditEntry& entry : waiting.entries) waiting_.entries.push_back(std::move(entry));
  for (const auto& [key, use] : waiting.uses) {
    KeyUse& kept = waiting_.uses[key];
    kept.key = key;
    kept.last_used_at = std::max(kept.last_used_at, use.last_used_at);
    kept.day = use.day;
    kept.documents += use.documents;
    kept.bytes += use.bytes;
  }
}

void AccessJournal::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    {
      std::unique_lock lock(mutex_);
      const auto waits = [this] { return !waiting_.entries.empty() || !waiting_.uses.empty(); };
      if (!something_waits_.wait(lock, stop, waits)) return;
      // What comes in the next moment is written together with it.
      (void)something_waits_.wait_for(lock, stop, options_.delay, [] { return false; });
    }
    (void)flush();  // What could not be written goes on waiting, and is tried again after the delay.
    prune();
  }
}

void AccessJournal::prune() {
  const auto now = clock_.monotonic();
  if (now < next_prune_) return;
  next_prune_ = now + options_.prune_every;
  (void)store_.prune(options_.audit_age);  // Tried again later.
}

std::uint64_t AccessJournal::lost() const {
  const std::lock_guard lock(mutex_);
  return lost_;
}

}  // namespace cairn
