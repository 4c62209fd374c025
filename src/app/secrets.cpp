#include "app/secrets.h"

#include "app/base64url.h"

namespace cairn {

std::string new_secret(const Crypto& crypto, std::string_view prefix) {
  constexpr std::size_t secret_bytes = 32;
  return std::string(prefix) + to_base64url(crypto.random_bytes(secret_bytes));
}

Digest hash_of_secret(std::string_view secret) { return Sha256::of(as_bytes(secret)); }

std::string new_id(const Crypto& crypto) {
  constexpr std::size_t id_bytes = 8;
  return to_hex(as_bytes(crypto.random_bytes(id_bytes)));
}

}  // namespace cairn
