#include "adapters/sodium/sodium_crypto.h"

#include <gtest/gtest.h>

#include <set>

#include "base/bytes.h"
#include "base/sha256.h"
#include "contract/expect_result.h"

// The promises of ports/crypto.h, against published test vectors.

namespace cairn::testing {
namespace {

std::string unhex(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2)
    bytes.push_back(static_cast<char>(std::stoi(std::string(text.substr(i, 2)), nullptr, 16)));
  return bytes;
}

class Cryptography : public ::testing::Test {
 protected:
  std::unique_ptr<Crypto> crypto = must(open_sodium_crypto({.passes = 1, .memory_bytes = 8192}));
};

TEST_F(Cryptography, SignsAsRfc8032Says) {
  // Section 7.1, test 2.
  const std::string seed = unhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
  const std::string public_key = unhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
  const std::string signature = unhex(
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aee"
      "b00d"
      "291612bb0c00");
  EXPECT_EQ(crypto->ed25519_public_key(seed), public_key);
  EXPECT_EQ(crypto->ed25519_sign(seed, "\x72"), signature);
  EXPECT_TRUE(crypto->ed25519_verify(public_key, "\x72", signature));
  EXPECT_FALSE(crypto->ed25519_verify(public_key, "\x73", signature));
  EXPECT_FALSE(crypto->ed25519_verify(public_key, "\x72", signature.substr(1)));
  EXPECT_FALSE(crypto->ed25519_verify(public_key.substr(1), "\x72", signature));
  EXPECT_FALSE(crypto->ed25519_verify(std::string(32, '\0'), "\x72", std::string(64, '\0')))
      << "a point of small order";
}

TEST_F(Cryptography, AuthenticatesAsRfc4231Says) {
  // Section 4.3: test case 2.
  EXPECT_EQ(to_hex(as_bytes(crypto->hmac_sha256("Jefe", "what do ya want for nothing?"))),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST_F(Cryptography, APasswordIsKnownByItsHashAndHashesDiffer) {
  const std::string one = must(crypto->hash_password("correct horse")),
                    two = must(crypto->hash_password("correct horse"));
  EXPECT_TRUE(one.starts_with("$argon2id$v=19$"));
  EXPECT_NE(one, two);
  EXPECT_TRUE(crypto->verify_password(one, "correct horse"));
  EXPECT_FALSE(crypto->verify_password(one, "correct horsf"));
  for (const char* hash : {"", "x", "$argon2id$", "$argon2i$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$AAAA"})
    EXPECT_FALSE(crypto->verify_password(hash, "correct horse")) << hash;
}

TEST_F(Cryptography, RandomBytesAreNeverTheSame) {
  std::set<std::string> seen;
  for (int i = 0; i < 1'000; ++i) EXPECT_TRUE(seen.insert(crypto->random_bytes(16)).second);
  EXPECT_EQ(crypto->random_bytes(0), "");
}

TEST_F(Cryptography, ComparesWholeTexts) {
  EXPECT_TRUE(crypto->equal("abc", "abc"));
  EXPECT_FALSE(crypto->equal("abc", "abd") || crypto->equal("abc", "ab") || crypto->equal("", "a"));
  EXPECT_TRUE(crypto->equal("", ""));
}

}  // namespace
}  // namespace cairn::testing
