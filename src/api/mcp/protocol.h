#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "api/mcp/json_rpc.h"
#include "api/mcp/tools.h"

namespace cairn::mcp {

// The `_meta` of requests that say their version themselves.
inline constexpr const char* version_key = "io.modelcontextprotocol/protocolVersion";
inline constexpr const char* capabilities_key = "io.modelcontextprotocol/clientCapabilities";

/// The newest revision that begins with `initialize`, and what a client means that says no version over HTTP.
inline constexpr std::string_view newest_with_handshake = "2025-11-25";
inline constexpr std::string_view version_without_header = "2025-03-26";

/// Whether this server speaks the revision; whether it is one whose requests each say their version.
bool is_supported(std::string_view version);
bool is_stateless(std::string_view version);

/// All of them, newest first.
Json supported_versions();
RpcError unsupported_version(std::string_view requested);

struct Handled {
  Json message;                  ///< What goes back.
  std::optional<RpcCode> error;  ///< When it is an error.
};

struct HandleContext {
  CancelToken cancel;

  /// Takes notifications that belong to the request, in its thread; may be empty.
  std::function<void(const Json& notification)> notify = {};

  /// Is told what a bug says, which the client is not; may be empty.
  std::function<void(const Error&)> on_bug = {};
};

/// Answers requests. Keeps nothing between them; any thread.
class Protocol {
 public:
  /// `version` is the program's.
  explicit Protocol(std::string version) : version_(std::move(version)) {}

  /// `request` is no notification. Never fails: what is wrong becomes an error message.
  Handled handle(const Message& request, ToolBackend& backend, const HandleContext& context) const;

 private:
  using Outcome = std::expected<Json, RpcError>;
  Outcome result_of(const Message& request, ToolBackend& backend, const HandleContext& context) const;
  Outcome initialize(const Message& request) const;
  Json discover() const;
  Json server_info() const;

  std::string version_;
};

}  // namespace cairn::mcp
