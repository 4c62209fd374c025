#pragma once

#include <expected>
#include <string_view>

#include "api/http/message.h"
#include "api/mcp/json_rpc.h"

namespace cairn::routes {

inline constexpr const char* version_header = "MCP-Protocol-Version";

/// Whether the version is spoken here, and whether the headers say what the message says, as requests that say their
/// version themselves must have it: what stands between may have looked at the headers only. Errors:
/// `unsupported_version`, `header_mismatch`.
std::expected<void, mcp::RpcError> check_headers(const http::Request& request, const mcp::Message& message);

/// Whether the client takes replies of this media type. One that does not say takes JSON.
bool accepts(const http::Request& request, std::string_view media_type);

}  // namespace cairn::routes
