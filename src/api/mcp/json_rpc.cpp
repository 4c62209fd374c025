#include "api/mcp/json_rpc.h"

#include <utility>

namespace cairn::mcp {
namespace {

std::unexpected<RpcError> malformed(std::string what) {
  return std::unexpected(RpcError{RpcCode::invalid_request, std::move(what)});
}

}  // namespace

const nlohmann::json* Message::meta(const std::string& name) const {
  const auto meta = params.find("_meta");
  if (meta == params.end() || !meta->is_object()) return nullptr;
  const auto found = meta->find(name);
  return found == meta->end() ? nullptr : &*found;
}

std::expected<Message, RpcError> parse_message(const nlohmann::json& json) {
  if (!json.is_object()) return malformed("a message is a JSON object");
  const auto version = json.find("jsonrpc");
  if (version == json.end() || *version != "2.0") return malformed("`jsonrpc` must be \"2.0\"");
  Message message;
  if (const auto id = json.find("id"); id != json.end()) {
    if (!id->is_string() && !id->is_number_integer()) return malformed("`id` must be text or a whole number");
    message.id = *id;
  }
  const auto method = json.find("method");
  if (method == json.end() && message.id && (json.contains("result") || json.contains("error"))) {
    message.is_response = true;
    return message;
  }
  if (method == json.end() || !method->is_string()) return malformed("`method` must be text");
  message.method = *method;
  if (const auto params = json.find("params"); params != json.end()) {
    if (!params->is_object()) return malformed("`params` must be a JSON object");
    message.params = *params;
  }
  return message;
}

Json result_message(const nlohmann::json& id, Json result) {
  return {{"jsonrpc", "2.0"}, {"id", id}, {"result", std::move(result)}};
}

Json error_message(const std::optional<nlohmann::json>& id, const RpcError& error) {
  Json described{{"code", static_cast<int>(error.code)}, {"message", error.message}};
  if (!error.data.is_null()) described["data"] = error.data;
  return {{"jsonrpc", "2.0"}, {"id", id ? Json(*id) : Json(nullptr)}, {"error", std::move(described)}};
}

Json notification_message(const std::string& method, Json params) {
  return {{"jsonrpc", "2.0"}, {"method", method}, {"params", std::move(params)}};
}

}  // namespace cairn::mcp
