#include "app/login_backoff.h"

#include <algorithm>
#include <vector>

#include "base/sha256.h"

namespace cairn {
namespace {

/// Names come from the caller and may be long: a digest is as good, and small.
std::string user_record(std::string_view user) {
  return "u" + std::string(as_text(Sha256::of(as_bytes(user)))).substr(0, 16);
}

std::string address_record(std::string_view address) { return "a" + address_group(address); }

}  // namespace

std::string address_group(std::string_view address) {
  if (!address.contains(':')) return std::string(address);
  const auto mapped = address.rfind(':');
  if (address.contains('.')) return std::string(address.substr(mapped + 1));  // An IPv4 address in IPv6's clothes.
  std::string group;
  int parts = 0;
  for (const char c : address.substr(0, std::min(address.find("::"), address.size()))) {
    if (c == ':' && ++parts == 4) break;
    group.push_back(c);
  }
  return group + "::/64";
}

Result<void> LoginBackoff::begin(std::string_view user, std::string_view address) {
  const auto now = clock_.monotonic();
  const std::string by_user = user_record(user), by_address = address_record(address);
  const std::lock_guard lock(mutex_);
  const auto wait = std::max(wait_of(by_user, now), wait_of(by_address, now));
  if (wait > std::chrono::nanoseconds::zero())
    return fail({.kind = ErrorKind::limited,
                 .message = "too many failed logins: try again after the time in Retry-After",
                 .retry_after = std::chrono::ceil<std::chrono::milliseconds>(wait)});
  if (records_.size() + 2 > options_.max_remembered) make_room(now);
  count(by_user, options_.free_failures_of_user, now);
  count(by_address, options_.free_failures_of_address, now);
  return {};
}

void LoginBackoff::succeeded(std::string_view user, std::string_view address) {
  const std::lock_guard lock(mutex_);
  records_.erase(user_record(user));
  const auto found = records_.find(address_record(address));
  if (found == records_.end()) return;
  Record& record = found->second;
  if (record.failures > 0) --record.failures;  // This attempt was none.
  record.blocked_until = {};
}

std::chrono::nanoseconds LoginBackoff::wait_of(const std::string& name, std::chrono::nanoseconds now) {
  const auto found = records_.find(name);
  if (found == records_.end()) return {};
  if (now - found->second.last >= options_.forgotten_after) {
    records_.erase(found);
    return {};
  }
  return std::max(found->second.blocked_until - now, std::chrono::nanoseconds::zero());
}

void LoginBackoff::count(const std::string& name, std::uint32_t free, std::chrono::nanoseconds now) {
  Record& record = records_[name];
  ++record.failures;
  record.last = now;
  if (record.failures <= free) return;
  constexpr std::uint32_t most_doublings = 30;
  const auto doublings = std::min(record.failures - free - 1, most_doublings);
  const auto wait = std::min(options_.first_wait * (std::int64_t{1} << doublings), options_.longest_wait);
  record.blocked_until = now + wait;
}

/// Forgets the half that was tried least recently.
void LoginBackoff::make_room(std::chrono::nanoseconds now) {
  std::erase_if(records_, [&](const auto& entry) { return now - entry.second.last >= options_.forgotten_after; });
  if (records_.size() + 2 <= options_.max_remembered) return;
  std::vector<std::chrono::nanoseconds> times;
  for (const auto& [name, record] : records_) times.push_back(std::max(record.last, record.blocked_until));
  const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
  std::ranges::nth_element(times, middle);
  std::erase_if(records_, [&, limit = *middle](const auto& entry) {
    return std::max(entry.second.last, entry.second.blocked_until) <= limit;
  });
}

}  // namespace cairn
