#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace cairn {

/// The cryptography that access control rests on. Byte strings hold raw bytes. Pure and stateless but for randomness;
/// any thread.
class Crypto {
 public:
  virtual ~Crypto() = default;

  /// From the system's secure generator.
  virtual std::string random_bytes(std::size_t count) const = 0;

  /// Argon2id (RFC 9106) with a random salt, as a string with its parameters. Slow and hungry on purpose. Errors:
  /// `unavailable` when there is not enough memory.
  virtual Result<std::string> hash_password(std::string_view password) const = 0;

  /// False also for what is no such hash. Takes as long as hash_password.
  virtual bool verify_password(std::string_view hash, std::string_view password) const = 0;

  /// Ed25519 (RFC 8032): the public key of a seed of 32 bytes, a signature of 64 bytes, and its check.
  virtual std::string ed25519_public_key(std::string_view seed) const = 0;
  virtual std::string ed25519_sign(std::string_view seed, std::string_view message) const = 0;
  virtual bool ed25519_verify(std::string_view public_key, std::string_view message,
                              std::string_view signature) const = 0;

  /// HMAC-SHA-256 (RFC 2104) with a secret of any length: 32 bytes.
  virtual std::string hmac_sha256(std::string_view secret, std::string_view message) const = 0;

  /// Whether they are equal, in a time that says nothing about where they differ.
  virtual bool equal(std::string_view a, std::string_view b) const = 0;
};

}  // namespace cairn
