#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/cancel.h"
#include "base/result.h"

namespace cairn {

struct HttpPost {
  std::string url;
  std::string body;            ///< JSON
  std::string bearer_token;    ///< Empty: none. Never logged.
  bool allow_private = false;  ///< Whether the host may resolve to loopback, link-local or private addresses.
  std::chrono::milliseconds timeout{30'000};
  std::size_t max_reply_bytes = 64u << 20;
};

struct HttpReply {
  int status = 0;
  std::string body;
  std::optional<std::chrono::seconds> retry_after;
};

/// One POST of JSON. The host is resolved once, every address is checked, and the connection is pinned to what was
/// checked, so that a name cannot change its meaning in between; redirects are not followed. Any thread. Errors:
/// `invalid` (URL, refused address), `unavailable` (no connection, timeout, reply too large), `cancelled`.
Result<HttpReply> post_json(const HttpPost& request, const CancelToken& cancel);

/// Whether an IPv4 or IPv6 address, as text, is one that a public host never has: loopback, private, link-local,
/// multicast, carrier-grade NAT, documentation, unspecified, and IPv4 mapped into IPv6 (RFC 6890).
bool is_private_address(std::string_view address);

}  // namespace cairn
