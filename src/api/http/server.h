#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "api/http/message.h"
#include "base/clock.h"
#include "base/result.h"

namespace cairn::http {

struct ServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8080;  ///< 0: any free one; see Server::port().
  std::size_t io_threads = 1;
  std::size_t worker_threads = 0;  ///< Run handlers; 0: two a core, at least four.
  std::size_t max_connections = 16'384;
  std::uint64_t max_header_bytes = 32 << 10;
  std::chrono::milliseconds header_timeout{
      10'000};  ///< From the first byte (or the end of the reply before, while idle: keep_alive).
  std::chrono::milliseconds body_timeout{30'000};  ///< Without a byte of progress, reading or writing.
  std::chrono::milliseconds keep_alive{60'000};
  std::uint64_t max_stream_buffer_bytes = 256 << 10;   ///< Unsent events of one stream.
  std::chrono::milliseconds stream_heartbeat{15'000};  ///< A comment (or ping) that finds dead clients.
  std::filesystem::path certificate, private_key;      ///< PEM; both: TLS.
};

/// An HTTP/1.1 server. Compresses text (zstd, gzip) for clients that accept it, never event streams.
class Server {
 public:
  /// Listens at once; serves until stop(). `application` and `clock` must outlive it. Errors: `invalid` (address, TLS
  /// files), `unavailable` (port taken), each with what to do.
  static Result<std::unique_ptr<Server>> start(const ServerOptions& options, Application& application,
                                               const Clock& clock);
  virtual ~Server() = default;

  virtual std::uint16_t port() const = 0;

  /// Open connections, streams and requests under way, for metrics.
  struct Load {
    std::size_t connections = 0, streams = 0, requests = 0, queued = 0;
  };
  virtual Load load() const = 0;

  /// Stops accepting, lets requests under way end (streams are closed at once, keep-alive connections after their
  /// reply), cuts what is left after `patience`. Blocks until all threads are idle. Idempotent.
  virtual void stop(std::chrono::milliseconds patience) = 0;
};

}  // namespace cairn::http
