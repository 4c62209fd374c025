#include "adapters/sodium/sodium_crypto.h"

#include <sodium.h>

#include <array>
#include <cstring>
#include <stdexcept>

namespace cairn {
namespace {

const unsigned char* bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

struct KeyPair {
  std::array<unsigned char, crypto_sign_PUBLICKEYBYTES> public_key;
  std::array<unsigned char, crypto_sign_SECRETKEYBYTES> secret_key;

  explicit KeyPair(std::string_view seed) {
    if (seed.size() != crypto_sign_SEEDBYTES) throw std::invalid_argument("an Ed25519 seed has 32 bytes");
    crypto_sign_seed_keypair(public_key.data(), secret_key.data(), bytes(seed));
  }
  ~KeyPair() { sodium_memzero(secret_key.data(), secret_key.size()); }
  KeyPair(const KeyPair&) = delete;
  KeyPair& operator=(const KeyPair&) = delete;
};

class SodiumCrypto final : public Crypto {
 public:
  explicit SodiumCrypto(const PasswordCost& cost) : cost_(cost) {}

  std::string random_bytes(std::size_t count) const override {
    std::string out(count, '\0');
    randombytes_buf(out.data(), out.size());
    return out;
  }

  Result<std::string> hash_password(std::string_view password) const override {
    std::array<char, crypto_pwhash_STRBYTES> out{};
    if (crypto_pwhash_str_alg(out.data(), password.data(), password.size(), cost_.passes, cost_.memory_bytes,
                              crypto_pwhash_ALG_ARGON2ID13) != 0)
      return fail(ErrorKind::unavailable, "there is not enough memory to hash a password: try again");
    return std::string(out.data());
  }

  bool verify_password(std::string_view hash, std::string_view password) const override {
    const std::string terminated(hash);
    return crypto_pwhash_str_verify(terminated.c_str(), password.data(), password.size()) == 0;
  }

  std::string ed25519_public_key(std::string_view seed) const override {
    const KeyPair pair(seed);
    return {reinterpret_cast<const char*>(pair.public_key.data()), pair.public_key.size()};
  }

  std::string ed25519_sign(std::string_view seed, std::string_view message) const override {
    const KeyPair pair(seed);
    std::string signature(crypto_sign_BYTES, '\0');
    crypto_sign_detached(bytes(signature), nullptr, bytes(message), message.size(), pair.secret_key.data());
    return signature;
  }

  bool ed25519_verify(std::string_view public_key, std::string_view message,
                      std::string_view signature) const override {
    return public_key.size() == crypto_sign_PUBLICKEYBYTES && signature.size() == crypto_sign_BYTES &&
           crypto_sign_verify_detached(bytes(signature), bytes(message), message.size(), bytes(public_key)) == 0;
  }

  std::string hmac_sha256(std::string_view secret, std::string_view message) const override {
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, bytes(secret), secret.size());
    crypto_auth_hmacsha256_update(&state, bytes(message), message.size());
    std::string out(crypto_auth_hmacsha256_BYTES, '\0');
    crypto_auth_hmacsha256_final(&state, bytes(out));
    return out;
  }

  bool equal(std::string_view a, std::string_view b) const override {
    return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
  }

 private:
  PasswordCost cost_;
};

}  // namespace

Result<std::unique_ptr<Crypto>> open_sodium_crypto(const PasswordCost& cost) {
  if (sodium_init() < 0)
    return fail(ErrorKind::unavailable, "the system gives no secure random numbers: is /dev/urandom there?");
  return std::make_unique<SodiumCrypto>(cost);
}

}  // namespace cairn
