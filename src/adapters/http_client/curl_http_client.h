#pragma once

#include <memory>

#include "ports/http_client.h"

namespace cairn {

std::unique_ptr<HttpClient> make_curl_http_client();

}  // namespace cairn
