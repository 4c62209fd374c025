#include "api/routes/mcp_session.h"

#include <random>
#include <string_view>

#include "base/sha256.h"
#include "domain/access.h"

namespace cairn::routes {
namespace {

constexpr std::size_t random_digits = 32, check_digits = 32;

/// Ties the random part to a caller, so that nobody's session is somebody else's.
std::string check_of(const Principal& caller, std::string_view random) {
  const std::string text = std::string(random) + '\n' + caller.tenant.value() + '\n' + actor_of(caller);
  return to_hex(Sha256::of(as_bytes(text))).substr(0, check_digits);
}

}  // namespace

std::string new_session_id(const Principal& caller) {
  constexpr char digits[] = "0123456789abcdef";
  std::random_device device;  // The system's secure generator.
  std::string random;
  for (std::size_t i = 0; i < random_digits; ++i) random += digits[device() & 15];
  return random + check_of(caller, random);
}

bool is_session_of(const Principal& caller, const std::string& session) {
  if (session.size() != random_digits + check_digits) return false;
  const std::string_view random = std::string_view(session).substr(0, random_digits);
  return session.substr(random_digits) == check_of(caller, random);
}

}  // namespace cairn::routes
