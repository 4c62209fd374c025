#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "base/cancel.h"
#include "base/result.h"

namespace cairn {

/// One part of a multipart/form-data body: bytes at hand, or a file that is read while it is sent.
struct HttpPart {
  std::string name;
  std::string file_name;       ///< Empty: no file.
  std::string content_type;    ///< Empty: none.
  std::string content;         ///< Unless `file` is named.
  std::filesystem::path file;  ///< Empty: `content` is sent.
};

struct HttpCall {
  std::string method = "GET";
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;             ///< Sent as it is, unless there are parts.
  std::vector<HttpPart> parts;  ///< Not empty: multipart/form-data. Memory does not grow with the files.
  std::chrono::milliseconds idle_timeout{60'000};  ///< Without a byte in either direction.
};

struct HttpAnswer {
  int status = 0;
  std::string content_type;
  std::string body;
};

/// Sends requests to a server that the user named. Redirects are not followed.
class HttpClient {
 public:
  virtual ~HttpClient() = default;

  /// Blocks. Any status is an answer. One thread at a time; connections are kept. Errors: `invalid` (address),
  /// `unavailable` (no connection, cut off, too slow; whether the server has acted is unknown), `cancelled`.
  virtual Result<HttpAnswer> send(const HttpCall& call, const CancelToken& cancel) = 0;
};

}  // namespace cairn
