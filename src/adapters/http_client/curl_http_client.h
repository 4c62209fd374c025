#pragma once

#include <chrono>
#include <filesystem>
#include <memory>

#include "ports/http_client.h"

namespace cairn {

struct CurlHttpClientOptions {
  std::filesystem::path ca_file;               ///< Certificates to trust (PEM); empty: the system's.
  std::chrono::milliseconds total_timeout{0};  ///< For all of a request; 0: any time.
};

std::unique_ptr<HttpClient> make_curl_http_client();
std::unique_ptr<HttpClient> make_curl_http_client(CurlHttpClientOptions options);

}  // namespace cairn
