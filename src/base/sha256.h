#pragma once

#include <array>
#include <memory>
#include <string>

#include "base/bytes.h"

namespace cairn {

using Digest = std::array<std::byte, 32>;

/// SHA-256 (FIPS 180-4) of bytes that arrive in pieces. Not thread-safe; one object hashes one thing.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;

  void update(Bytes bytes);
  Digest finish();

  static Digest of(Bytes bytes);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// 64 lower-case hexadecimal digits.
std::string to_hex(Bytes bytes);

}  // namespace cairn
