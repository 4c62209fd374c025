#include "app/access_tokens.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "adapters/sodium/sodium_crypto.h"
#include "app/base64url.h"
#include "contract/expect_result.h"

namespace cairn::testing {
namespace {

using namespace std::chrono_literals;
using Json = nlohmann::ordered_json;

const TimePoint now = TimePoint(1'800'000'000'000ms);

class Forging : public ::testing::Test {
 protected:
  static AccessTokens tokens_of(const Crypto& crypto, TokenAlgorithm algorithm, char seed) {
    return must(AccessTokens::make(
        crypto, {.algorithm = algorithm, .hs256_secret = std::string(32, seed)},
        {{.id = std::string("key-") + seed, .seed = std::string(32, seed), .created_at = now, .retired_at = {}}}));
  }
  static TokenClaims claims() {
    return {
        .user = UserId("u1"), .session = SessionId("s1"), .version = 3, .issued_at = now, .expires_at = now + 15min};
  }
  static Json payload() {
    return {{"iss", "cairn"}, {"sub", "u1"}, {"sid", "s1"}, {"ver", 3}, {"iat", 1'800'000'000}, {"exp", 1'800'000'900}};
  }
  /// A token with any header and payload, signed with the right key.
  std::string signed_token(const std::string& header, const std::string& body) const {
    const std::string message = to_base64url(header) + "." + to_base64url(body);
    return message + "." + to_base64url(crypto->ed25519_sign(std::string(32, 'a'), message));
  }
  static std::string header(const char* algorithm, const char* kid = "key-a") {
    return Json{{"alg", algorithm}, {"typ", "JWT"}, {"kid", kid}}.dump();
  }
  ::testing::AssertionResult refuses(const std::string& token, TimePoint at = now) const {
    return fails_with(ErrorKind::unauthenticated, tokens.verify(token, at));
  }

  std::unique_ptr<Crypto> crypto = must(open_sodium_crypto({.passes = 1, .memory_bytes = 8192}));
  AccessTokens tokens = tokens_of(*crypto, TokenAlgorithm::eddsa, 'a');
};

TEST_F(Forging, ATokenSaysWhatItWasIssuedFor) {
  const TokenClaims read = must(tokens.verify(tokens.issue(claims()), now + 14min));
  EXPECT_EQ(read.user, UserId("u1"));
  EXPECT_EQ(read.session, SessionId("s1"));
  EXPECT_EQ(read.version, 3u);
  EXPECT_EQ(read.issued_at, now);
  EXPECT_EQ(read.expires_at, now + 15min);
}

TEST_F(Forging, TheTestsOwnTokensAreGoodSoThatTheirChangesAreWhatIsRefused) {
  EXPECT_EQ(signed_token(header("EdDSA"), payload().dump()), tokens.issue(claims()));
}

TEST_F(Forging, NoAlgorithmIsRefused) {
  const std::string body = to_base64url(payload().dump());
  for (const char* none : {"none", "None", "NONE", ""}) {
    EXPECT_TRUE(refuses(to_base64url(header(none)) + "." + body + "."));
    EXPECT_TRUE(refuses(signed_token(header(none), payload().dump())));
  }
}

TEST_F(Forging, AnotherAlgorithmIsRefusedAlsoWithThePublicKeyAsItsSecret) {
  const std::string message = to_base64url(header("HS256")) + "." + to_base64url(payload().dump());
  const std::string public_key = crypto->ed25519_public_key(std::string(32, 'a'));
  EXPECT_TRUE(refuses(message + "." + to_base64url(crypto->hmac_sha256(public_key, message))));
  EXPECT_TRUE(refuses(message + "." + to_base64url(crypto->hmac_sha256(std::string(32, 'a'), message))));
  const AccessTokens hs256 = tokens_of(*crypto, TokenAlgorithm::hs256, 'a');
  EXPECT_TRUE(refuses(hs256.issue(claims())));
  EXPECT_TRUE(fails_with(ErrorKind::unauthenticated, hs256.verify(tokens.issue(claims()), now)));
  EXPECT_TRUE(hs256.verify(hs256.issue(claims()), now).has_value());
}

TEST_F(Forging, AnotherKeyIsRefused) {
  EXPECT_TRUE(refuses(tokens_of(*crypto, TokenAlgorithm::eddsa, 'b').issue(claims())));
  const std::string message = to_base64url(header("EdDSA")) + "." + to_base64url(payload().dump());
  EXPECT_TRUE(refuses(message + "." + to_base64url(crypto->ed25519_sign(std::string(32, 'b'), message))));
  const AccessTokens hs256_a = tokens_of(*crypto, TokenAlgorithm::hs256, 'a');
  const AccessTokens hs256_b = tokens_of(*crypto, TokenAlgorithm::hs256, 'b');
  EXPECT_TRUE(fails_with(ErrorKind::unauthenticated, hs256_a.verify(hs256_b.issue(claims()), now)));
}

TEST_F(Forging, AHeaderThatNamesItsOwnKeyIsRefused) {
  for (const char* extra : {"jwk", "jku", "x5u", "crit"}) {
    Json json = Json::parse(header("EdDSA"));
    json[extra] = "https://attacker.example/key";
    EXPECT_TRUE(refuses(signed_token(json.dump(), payload().dump()))) << extra;
  }
  EXPECT_TRUE(refuses(signed_token(header("EdDSA", "../../etc/passwd"), payload().dump())));
}

TEST_F(Forging, AnExpiredTokenIsRefusedFromTheSecondThatItNames) {
  const std::string token = tokens.issue(claims());
  EXPECT_TRUE(tokens.verify(token, now + 15min - 1s).has_value());
  EXPECT_TRUE(refuses(token, now + 15min));
  EXPECT_TRUE(refuses(token, now + 24h));
}

TEST_F(Forging, ATokenFromTheFutureIsRefusedButForTheSkewOfClocks) {
  const std::string token = tokens.issue(claims());
  EXPECT_TRUE(tokens.verify(token, now - 60s).has_value());
  EXPECT_TRUE(refuses(token, now - 61s));
}

TEST_F(Forging, ATokenThatLivesLongerThanTokensDoIsRefused) {
  Json longer = payload();
  longer["exp"] = 1'800'000'901;
  EXPECT_TRUE(refuses(signed_token(header("EdDSA"), longer.dump())));
  longer["exp"] = 253'402'300'799;
  EXPECT_TRUE(refuses(signed_token(header("EdDSA"), longer.dump())));
}

TEST_F(Forging, ClaimsThatLackOrHaveAnotherTypeAreRefused) {
  for (const char* name : {"iss", "sub", "sid", "ver", "iat", "exp"}) {
    Json lacking = payload();
    lacking.erase(name);
    EXPECT_TRUE(refuses(signed_token(header("EdDSA"), lacking.dump()))) << name;
    for (const Json& other : {Json(nullptr), Json("x"), Json(-1), Json(1.5), Json::array(), Json(1e300)}) {
      Json changed = payload();
      changed[name] = other;
      const bool harmless_text = (changed["sub"] == "x" || changed["sid"] == "x");
      if (!harmless_text) { EXPECT_TRUE(refuses(signed_token(header("EdDSA"), changed.dump()))) << changed; }
    }
  }
  EXPECT_TRUE(refuses(signed_token(header("EdDSA"), "[]")));
  EXPECT_TRUE(refuses(signed_token(header("EdDSA"), "not json")));
}

TEST_F(Forging, AnyChangedCharacterIsRefused) {
  const std::string token = tokens.issue(claims());
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_TRUE(refuses(changed)) << i;
    EXPECT_TRUE(refuses(token.substr(0, i))) << i;
  }
}

TEST_F(Forging, OtherSpellingsOfATokenAreRefused) {
  const std::string token = tokens.issue(claims());
  for (const std::string& other : {token + "=", token + ".", "." + token, token + "." + token, token + "A",
                                   token + "\n", " " + token, std::string("..")})
    EXPECT_TRUE(refuses(other)) << other;
  EXPECT_TRUE(refuses(std::string(1 << 20, 'a')));
  EXPECT_TRUE(refuses(""));
}

TEST_F(Forging, ARetiredKeyVerifiesWhatItSignedAndNothingNewer) {
  const std::vector<SigningKey> rotated = {
      {.id = "key-b", .seed = std::string(32, 'b'), .created_at = now, .retired_at = {}},
      {.id = "key-a", .seed = std::string(32, 'a'), .created_at = now, .retired_at = now}};
  const AccessTokens after = must(AccessTokens::make(*crypto, {}, rotated));
  EXPECT_TRUE(after.verify(tokens.issue(claims()), now + 1min).has_value());
  TokenClaims later = claims();
  later.issued_at = now + 5min;
  later.expires_at = now + 20min;
  EXPECT_TRUE(fails_with(ErrorKind::unauthenticated, after.verify(tokens.issue(later), now + 6min)));
  EXPECT_TRUE(after.verify(after.issue(later), now + 6min).has_value());
}

TEST_F(Forging, AShortSecretIsRefused) {
  EXPECT_TRUE(fails_with(
      ErrorKind::invalid,
      AccessTokens::make(*crypto, {.algorithm = TokenAlgorithm::hs256, .hs256_secret = std::string(31, 'x')}, {})));
  EXPECT_TRUE(fails_with(ErrorKind::invalid, AccessTokens::make(*crypto, {}, {})));
}

TEST(Base64url, IsWrittenAndReadAsTheStandardSays) {
  // RFC 4648, section 10, without padding.
  for (const auto& [bytes, text] : std::vector<std::pair<std::string, std::string>>{
           {"", ""}, {"f", "Zg"}, {"fo", "Zm8"}, {"foo", "Zm9v"}, {"foob", "Zm9vYg"}, {"\xFB\xFF", "-_8"}}) {
    EXPECT_EQ(to_base64url(bytes), text);
    EXPECT_EQ(from_base64url(text), bytes);
  }
  for (const char* bad : {"Zh", "Z", "Zg==", "Zm9v\n", "Zm9+", "Zm9/", "A"}) EXPECT_FALSE(from_base64url(bad)) << bad;
}

}  // namespace
}  // namespace cairn::testing
