#include "api/routes/mcp_headers.h"

#include <optional>
#include <string>

#include "api/mcp/protocol.h"

namespace cairn::routes {
namespace {

using mcp::RpcCode;
using mcp::RpcError;

std::unexpected<RpcError> mismatch(const std::string& what) {
  return std::unexpected(RpcError{RpcCode::header_mismatch, what});
}

int base64_digit(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/// Nothing for what is no base64 with padding (RFC 4648, section 4).
std::optional<std::string> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  while (text.ends_with('=')) text.remove_suffix(1);
  std::string bytes;
  unsigned bits = 0, count = 0;
  for (const char c : text) {
    const int digit = base64_digit(c);
    if (digit < 0) return std::nullopt;
    bits = bits << 6 | static_cast<unsigned>(digit);
    if ((count += 6) < 8) continue;
    count -= 8;
    bytes += static_cast<char>(bits >> count & 0xff);
  }
  return bytes;
}

/// Values that cannot stand in a header as they are come as "=?base64?…?=".
std::optional<std::string> decoded(std::string_view value) {
  constexpr std::string_view begin = "=?base64?", end = "?=";
  if (!value.starts_with(begin) || !value.ends_with(end) || value.size() < begin.size() + end.size())
    return std::string(value);
  return from_base64(value.substr(begin.size(), value.size() - begin.size() - end.size()));
}

std::expected<void, RpcError> check_name(const http::Request& request, const mcp::Message& message) {
  if (message.method != "tools/call") return {};
  const auto name = message.params.find("name");
  if (name == message.params.end() || !name->is_string()) return {};  // Refused with better words later.
  const auto said = decoded(request.headers.get("Mcp-Name"));
  if (!said || *said != name->get_ref<const std::string&>())
    return mismatch("the header Mcp-Name must say the same as `params.name`");
  return {};
}

}  // namespace

std::expected<void, RpcError> check_headers(const http::Request& request, const mcp::Message& message) {
  const std::string_view version = request.headers.get(version_header);
  const nlohmann::json* own = message.meta(mcp::version_key);
  const bool says_version = own != nullptr && own->is_string();
  if (says_version && own->get_ref<const std::string&>() != version)
    return mismatch(std::string("the header ") + version_header + " must say the same as the message");
  if (!version.empty() && !mcp::is_supported(version)) return std::unexpected(mcp::unsupported_version(version));
  if (!says_version && mcp::is_stateless(version) && !message.is_notification())
    return std::unexpected(
        RpcError{RpcCode::invalid_params, std::string("`params._meta` must have ") + mcp::version_key + " as text"});
  if (!says_version || message.is_notification()) return {};
  if (request.headers.get("Mcp-Method") != message.method)
    return mismatch("the header Mcp-Method must say the same as `method`");
  return check_name(request, message);
}

bool accepts(const http::Request& request, std::string_view media_type) {
  const std::string_view accept = request.headers.get("Accept");
  if (accept.empty() || accept.find("*/*") != std::string_view::npos) return media_type == "application/json";
  return accept.find(media_type) != std::string_view::npos;
}

}  // namespace cairn::routes
