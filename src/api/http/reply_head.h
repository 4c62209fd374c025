#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "api/http/message.h"

namespace cairn::http {

/// What the transport adds to the head of a reply.
struct ReplyFacts {
  std::string_view date, request_id;
  std::optional<std::uint64_t> content_length;
  bool chunked = false;
  bool keep_alive = true;
  bool http_10 = false;
  std::string_view websocket_accept;  ///< Set: the reply is the upgrade to WebSocket.
};

std::string reply_head(const Response& response, const ReplyFacts& facts);

/// Whether a reply of this status has a body at all.
constexpr bool has_body(int status) { return status >= 200 && status != 204 && status != 304; }

/// RFC 6455, section 4.2.2: proves that the key was read.
std::string websocket_accept(std::string_view key);

/// Whether the request asks, correctly, for WebSocket.
bool asks_for_websocket(const Request& request);

}  // namespace cairn::http
