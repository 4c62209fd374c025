#pragma once

#include <string>
#include <vector>

#include "api/http/message.h"

namespace cairn::routes {

/// What every reply carries besides its own headers: no sniffing, no framing, no referrer, nothing loaded, nothing
/// stored, TLS for good where it is spoken, and for pages of the allowed origins the right to read it. Headers that the
/// reply has already are kept.
void add_common_headers(const http::Request& request, const std::vector<std::string>& allowed_origins,
                        http::Response& response);

/// The answer to OPTIONS: what the path takes, and for pages of the allowed origins that they may ask.
http::Response options_response(const http::Request& request, const std::vector<std::string>& allowed_methods,
                                const std::vector<std::string>& allowed_origins);

/// "GET, HEAD, POST"
std::string joined(const std::vector<std::string>& methods);

}  // namespace cairn::routes
