#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.h"
#include "base/result.h"

namespace cairn {

struct BackoffOptions {
  std::uint32_t free_failures_of_user = 3;      ///< So many wrong passwords cost no wait …
  std::uint32_t free_failures_of_address = 10;  ///< … more for an address, which people may share.
  std::chrono::milliseconds first_wait{1'000};  ///< Doubled by each further failure …
  std::chrono::milliseconds longest_wait{15 * 60'000};
  std::chrono::milliseconds forgotten_after{60 * 60'000};  ///< Without an attempt.
  std::size_t max_remembered = 20'000;  ///< Names and addresses; what was tried least recently is forgotten first.
};

/// Slows down the guessing of passwords, for each user name (whether it exists or not) and for each address. An attempt
/// counts as failed from its beginning until it has succeeded, so that a thousand at once are not one. On the monotonic
/// clock: setting the wall clock frees nobody. Any thread.
class LoginBackoff {
 public:
  LoginBackoff(const Clock& clock, BackoffOptions options) : clock_(clock), options_(options) {}

  /// Before a password is looked at. Errors: `limited`, the same for every user, with the time to wait. An attempt that
  /// is refused here does not make the wait longer.
  Result<void> begin(std::string_view user, std::string_view address);

  /// The password was right. The address keeps its count: else whoever has one account could guess for all others.
  void succeeded(std::string_view user, std::string_view address);

 private:
  struct Record {
    std::uint32_t failures = 0;
    std::chrono::nanoseconds last{}, blocked_until{};
  };

  std::chrono::nanoseconds wait_of(const std::string& name, std::chrono::nanoseconds now);
  void count(const std::string& name, std::uint32_t free, std::chrono::nanoseconds now);
  void make_room(std::chrono::nanoseconds now);

  const Clock& clock_;
  BackoffOptions options_;
  std::mutex mutex_;
  std::unordered_map<std::string, Record> records_;  ///< Guarded by mutex_.
};

/// What counts as one address: all of it for IPv4, the network's first 64 bits for IPv6, because a single customer gets
/// so many.
std::string address_group(std::string_view address);

}  // namespace cairn
