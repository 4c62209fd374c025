#pragma once

#include <expected>
#include <functional>
#include <string>

#include "api/mcp/json_rpc.h"
#include "api/mcp/tool_backend.h"

namespace cairn::mcp {

/// What `tools/list` shows: each tool with what it takes and gives as JSON Schema.
const Json& tool_list();

/// What one call may do besides giving a result.
struct CallContext {
  CancelToken cancel;
  std::function<void(std::string_view)> on_text = {};  ///< Pieces of an answer as it comes; may be empty.
};

/// Runs a tool. What goes wrong inside it, wrong arguments included, is a result with `isError`, so that the model that
/// called it can do better. Errors: `invalid_params` when there is no such tool, `cancelled`.
std::expected<Json, RpcError> call_tool(const std::string& name, nlohmann::json arguments, ToolBackend& backend,
                                        const CallContext& context);

}  // namespace cairn::mcp
