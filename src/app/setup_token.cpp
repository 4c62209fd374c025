#include "app/setup_token.h"

#include "app/secrets.h"

namespace cairn {

Result<std::optional<std::string>> make_setup_token(AccessStore& store, const Crypto& crypto, const Clock& clock,
                                                    std::chrono::milliseconds lifetime) {
  std::string secret = new_secret(crypto, setup_token_prefix);
  auto kept = store.set_setup_token({.hash = hash_of_secret(secret), .expires_at = clock.now() + lifetime});
  if (kept) return secret;
  if (kept.error().kind == ErrorKind::conflict) return std::nullopt;
  return fail(std::move(kept).error());
}

}  // namespace cairn
