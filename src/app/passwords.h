#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "ports/crypto.h"

namespace cairn {

struct PasswordOptions {
  std::size_t max_hashing = 2;  ///< At once: each takes 64 MiB and a processor for 0.1 s.
  std::size_t max_waiting = 64;
};

/// Hashes and checks passwords, a few at a time, so that many logins at once neither use up the memory nor the machine.
/// Any thread.
class Passwords {
 public:
  Passwords(const Crypto& crypto, PasswordOptions options) : crypto_(crypto), options_(options) {}

  /// Errors: `invalid` (less than 8 bytes, or more than 4,096), `limited` when too many wait.
  Result<std::string> hash(std::string_view password);

  /// Whether it is the password; false without a hash, which takes as long. Errors: `limited`.
  Result<bool> check(const std::optional<std::string>& hash, std::string_view password);

 private:
  /// One of the few places for hashing.
  class Place;

  Result<std::string> dummy_hash();

  const Crypto& crypto_;
  PasswordOptions options_;
  std::mutex mutex_;  // Guards what follows.
  std::condition_variable place_is_free_;
  std::size_t hashing_ = 0, waiting_ = 0;
  std::string dummy_hash_;
};

}  // namespace cairn
