#pragma once

#include <memory>

#include "ports/http_exchange.h"

namespace cairn {

/// Requests between nodes: never by way of a proxy.
std::unique_ptr<HttpExchange> make_curl_http_exchange();

}  // namespace cairn
