#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "ports/crypto.h"

namespace cairn {

/// The cost of a password hash. The defaults are libsodium's for interactive logins: about 0.1 s and 64 MiB.
struct PasswordCost {
  std::uint64_t passes = 2;
  std::size_t memory_bytes = 64 << 20;
};

/// Crypto by libsodium. Errors: `unavailable` when the library cannot start (no random numbers).
Result<std::unique_ptr<Crypto>> open_sodium_crypto(const PasswordCost& cost);

}  // namespace cairn
