// Access tokens, as they come and behind a signature that always fits, so that the claims are reached: whatever is
// accepted is current, and issued again it says the same.
#include <cstdlib>

#include "app/access_tokens.h"
#include "app/base64url.h"

namespace {

using namespace cairn;

class Credulous final : public Crypto {
 public:
  std::string random_bytes(std::size_t count) const override { return std::string(count, 'r'); }
  Result<std::string> hash_password(std::string_view) const override { return std::string("hash"); }
  bool verify_password(std::string_view, std::string_view) const override { return true; }
  std::string ed25519_public_key(std::string_view) const override { return std::string(32, 'p'); }
  std::string ed25519_sign(std::string_view, std::string_view) const override { return std::string(64, 's'); }
  bool ed25519_verify(std::string_view, std::string_view, std::string_view) const override { return true; }
  std::string hmac_sha256(std::string_view, std::string_view) const override { return std::string(32, 'h'); }
  bool equal(std::string_view, std::string_view) const override { return true; }
};

const TimePoint now{std::chrono::seconds(1'800'000'000)};

void check(const AccessTokens& tokens, std::string_view token) {
  const auto claims = tokens.verify(token, now);
  if (!claims) return;
  if (!tokens.is_current(*claims, now) || claims->user.empty() || claims->session.empty()) std::abort();
  if (token.size() > 1'900) return;  // With a real signature it may become too long.
  const auto again = tokens.verify(tokens.issue(*claims), now);
  if (!again || again->user != claims->user || again->session != claims->session || again->version != claims->version ||
      again->expires_at != claims->expires_at)
    std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Credulous crypto;
  static const auto tokens =
      AccessTokens::make(crypto, {.algorithm = TokenAlgorithm::hs256, .hs256_secret = std::string(32, 'k')}, {});
  if (!tokens) std::abort();
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  check(*tokens, bytes);
  const std::string issued = tokens->issue({.user = UserId("u"), .session = SessionId("s")});
  const std::string header = issued.substr(0, issued.find('.'));
  check(*tokens, header + "." + bytes);
  check(*tokens, header + "." + to_base64url(bytes) + ".aGg");
  return 0;
}
