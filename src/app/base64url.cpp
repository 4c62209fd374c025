#include "app/base64url.h"

#include <cstdint>

namespace cairn {
namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

}  // namespace

std::string to_base64url(std::string_view bytes) {
  std::string out;
  out.reserve((bytes.size() * 4 + 2) / 3);
  std::uint32_t pending = 0;
  int bits = 0;
  for (const char c : bytes) {
    pending = (pending << 8 | static_cast<unsigned char>(c)) & 0xFFFF;
    for (bits += 8; bits >= 6; bits -= 6) out.push_back(alphabet[pending >> (bits - 6) & 63]);
  }
  if (bits > 0) out.push_back(alphabet[pending << (6 - bits) & 63]);
  return out;
}

std::optional<std::string> from_base64url(std::string_view text) {
  std::string out;
  out.reserve(text.size() * 3 / 4);
  std::uint32_t pending = 0;
  int bits = 0;
  for (const char c : text) {
    const auto digit = alphabet.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    pending = (pending << 6 | static_cast<std::uint32_t>(digit)) & 0xFFFF;
    if ((bits += 6) >= 8) out.push_back(static_cast<char>(pending >> (bits -= 8) & 0xFF));
  }
  const bool left_over = bits >= 6 || (pending & ((1u << bits) - 1)) != 0;
  if (left_over) return std::nullopt;
  return out;
}

}  // namespace cairn
