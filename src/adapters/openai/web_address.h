#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "base/result.h"

namespace cairn {

struct WebAddress {
  std::string host, port, scheme;
};

/// Errors: `invalid` for anything but http and https.
Result<WebAddress> parse_address(const std::string& url);

/// Who may be asked, and for how long to look.
struct ResolveLimits {
  bool allow_private = false;
  std::string allow_private_setting;  ///< Named when a private address is refused.
  std::chrono::steady_clock::time_point until;
  CancelToken cancel;
};

/// Every address of the host, all of them checked. Returns within about 20 ms when cancelled, even while the name
/// service hangs. Errors: `unavailable` (no such host, too slow), `invalid` (a private address), `cancelled`.
Result<std::vector<std::string>> resolve(const WebAddress& address, const ResolveLimits& limits);

/// Whether an IPv4 or IPv6 address, as text, is one that a public host never has: loopback, private, link-local,
/// multicast, carrier-grade NAT, documentation, unspecified, and IPv4 mapped into IPv6 (RFC 6890).
bool is_private_address(std::string_view address);

}  // namespace cairn
