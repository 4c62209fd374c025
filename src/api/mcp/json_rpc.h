#pragma once

#include <expected>
#include <optional>
#include <string>

#include "api/json/schema.h"

namespace cairn::mcp {

/// JSON-RPC 2.0, section 5.1, and what MCP adds to it.
enum class RpcCode {
  parse_error = -32700,
  invalid_request = -32600,
  method_not_found = -32601,
  invalid_params = -32602,
  internal_error = -32603,
  header_mismatch = -32020,
  unsupported_version = -32022,
  limited = 429,  ///< Of our own, outside of what JSON-RPC and MCP keep for themselves; so is the next.
  cancelled = 499,
};

struct RpcError {
  RpcCode code = RpcCode::internal_error;
  std::string message;
  Json data = nullptr;
};

/// A request, or a notification when there is no id.
struct Message {
  std::optional<nlohmann::json> id;  ///< Text or a whole number.
  std::string method;
  nlohmann::json params = nlohmann::json::object();
  bool is_response = false;  ///< What a client answers; servers that ask nothing let it pass.

  bool is_notification() const { return !id; }

  /// A member of `params._meta`, or null.
  const nlohmann::json* meta(const std::string& name) const;
};

/// Errors: `invalid_request`.
std::expected<Message, RpcError> parse_message(const nlohmann::json& json);

Json result_message(const nlohmann::json& id, Json result);
Json error_message(const std::optional<nlohmann::json>& id, const RpcError& error);
Json notification_message(const std::string& method, Json params);

}  // namespace cairn::mcp
