#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "base/result.h"

namespace cairn {

struct HttpPost {
  std::string url;
  std::string body;            ///< JSON
  std::string bearer_token;    ///< Empty: none. Never logged.
  bool allow_private = false;  ///< Whether the host may resolve to loopback, link-local or private addresses.
  std::string allow_private_setting = "embeddings.allow_private";  ///< Named when it may not.
  std::chrono::milliseconds timeout{30'000};                       ///< For all of it.
  std::chrono::milliseconds first_byte_timeout{timeout};           ///< Until the first byte of the reply's body.
  std::chrono::milliseconds idle_timeout{timeout};                 ///< Between two pieces of it.
  std::size_t max_reply_bytes = 64u << 20;
};

struct HttpHead {
  int status = 0;
  std::string content_type;
  std::optional<std::chrono::milliseconds> retry_after;
};

struct HttpReply : HttpHead {
  std::string body;
};

/// Sends JSON and reads what comes back. The host is resolved for each request, every address is checked, and the
/// connection is pinned to what was checked, so that a name cannot change its meaning in between; redirects are not
/// followed. Connections are kept for the next request. Any thread, any number at a time.
class HttpPoster {
 public:
  /// Given the body piece by piece, in the calling thread, as soon as it comes; false: that was enough.
  using OnBody = std::function<Result<bool>(const HttpHead& head, std::string_view bytes)>;

  HttpPoster();
  ~HttpPoster();
  HttpPoster(const HttpPoster&) = delete;
  HttpPoster& operator=(const HttpPoster&) = delete;

  /// Gives up within a tenth of a second when cancelled, and closes the connection then. Errors: `invalid` (URL,
  /// refused address), `unavailable` (no connection, timeout, cut off, reply too large), `cancelled`, those of
  /// `on_body`.
  Result<HttpHead> stream(const HttpPost& request, const CancelToken& cancel, const OnBody& on_body);

  /// The same with the body as a whole.
  Result<HttpReply> post(const HttpPost& request, const CancelToken& cancel);

 private:
  class Connection;

  std::unique_ptr<Connection> take();
  void give_back(std::unique_ptr<Connection> connection);

  std::mutex mutex_;
  std::vector<std::unique_ptr<Connection>> idle_;  // Guarded by mutex_.
};

}  // namespace cairn
