#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/cancel.h"
#include "base/clock.h"
#include "base/result.h"

namespace cairn {
class Trace;
}

namespace cairn::http {

/// Names and values of a message, in order. Names are compared without regard to case. Values hold no CR, LF or NUL.
class Headers {
 public:
  /// Refuses (returns false, adds nothing) what could forge another header.
  bool add(std::string name, std::string value);

  /// The first value, or empty.
  std::string_view get(std::string_view name) const;
  bool has(std::string_view name) const;
  const std::vector<std::pair<std::string, std::string>>& all() const { return fields_; }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

/// What a client asked for. The transport fills in everything but `parameters`.
struct Request {
  std::string method;  ///< In capitals.
  std::string target;  ///< As sent.
  std::string path;    ///< Percent-decoded, well-formed UTF-8, starts with '/', no dot segments.
  std::vector<std::pair<std::string, std::string>> query;      ///< Decoded, in order.
  std::map<std::string, std::string, std::less<>> parameters;  ///< Path parameters of the matched route.
  Headers headers;
  std::string body;  ///< Empty when it went to a BodySink.
  std::string peer;  ///< Address without port.
  bool peer_is_loopback = false;
  bool secure = false;                  ///< Came over TLS.
  std::string id;                       ///< Unique; echoed as X-Request-Id and logged.
  std::chrono::nanoseconds received{};  ///< Monotonic: when its head was complete.
  CancelToken gone;                     ///< Set when the client goes away before the reply is complete.

  // Filled in by the application, for logs and metrics.
  std::string route;             ///< Pattern of the matched route; empty: none.
  std::string caller;            ///< Who asks, once that is known: "user:ada", "key:<id>", "local".
  std::string tenant;            ///< The caller's.
  std::shared_ptr<Trace> trace;  ///< Collects the spans of this request; may be null.

  std::string_view query_value(std::string_view name) const;  ///< The first, or empty.
};

/// A change pushed to a client: one server-sent event, or one WebSocket text message.
struct Event {
  std::string id;    ///< Empty: none; what Last-Event-ID brings back.
  std::string name;  ///< Empty: "message".
  std::string data;  ///< May hold line feeds.
};

/// The open end of a reply that goes on. Shared: whoever pushes keeps a copy. Any thread. Memory per stream is bounded:
/// a client that reads too slowly is disconnected (it resumes by id).
class EventStream {
 public:
  virtual ~EventStream() = default;

  /// False once the client has gone or was dropped; never blocks.
  virtual bool send(const Event& event) = 0;
  virtual void close() = 0;

  /// Called once when the client has gone, from any thread; at once if it has already.
  virtual void on_gone(std::function<void()> callback) = 0;
};

/// A long reply, pulled in pieces on a worker thread.
class BodySource {
 public:
  virtual ~BodySource() = default;

  /// Fills at most `out`; 0 at the end. An error cuts the connection, so that the client sees that it is not whole.
  virtual Result<std::size_t> read(std::span<char> out) = 0;
};

struct Response;

struct FileBody {
  std::unique_ptr<BodySource> source;
  std::uint64_t bytes = 0;  ///< Exactly what the source gives.
};

/// Opens after the head was sent, on a worker thread; it may push and return, or keep the stream for later. Sent as
/// text/event-stream, or as WebSocket messages when the request asked for an upgrade.
using StreamStart = std::function<void(std::shared_ptr<EventStream>)>;

/// A reply that is decided later: the function is given where to put it (once, from any thread).
using Later = std::function<void(std::function<void(Response)>)>;

struct Response {
  int status = 200;
  std::string content_type = "application/json";
  Headers headers;
  std::variant<std::string, FileBody, StreamStart, Later> body;
};

/// Takes the body of a request as it arrives, on worker threads, one call at a time; a slow client holds no thread.
/// Dropped without finish() when the client goes away: then nothing of it may remain.
class BodySink {
 public:
  virtual ~BodySink() = default;

  /// An error becomes the reply (see Application::refusal), and the rest of the body is not read.
  virtual Result<void> take(std::string_view bytes) = 0;
  virtual Response finish(Request& request) = 0;
};

/// How a request goes on once its head is known.
struct Plan {
  std::optional<Response> reply;             ///< Set: this is the answer; the body is not read.
  std::unique_ptr<BodySink> sink;            ///< Else the body goes here, or …
  std::function<Response(Request&)> handle;  ///< … is collected into `body` and this runs on a worker thread.
  std::uint64_t max_body_bytes = 0;          ///< More is refused with 413 as soon as it is known.
};

/// What a server serves.
class Application {
 public:
  virtual ~Application() = default;

  /// Decides by the head alone; runs on an I/O thread and must not block. The request lives until the reply is
  /// complete.
  virtual Plan begin(Request& request) = 0;

  /// The reply for what the transport itself refuses (bad request, too large, too slow, too many connections, draining)
  /// and for errors of sinks. `status` 0: by the error's kind.
  virtual Response refusal(const Request& request, int status, const Error& error) = 0;

  /// After the last byte (or the loss of the client): for logs and metrics. `status` 0: the client went before a reply.
  virtual void ended(const Request& request, int status, std::uint64_t bytes_in, std::uint64_t bytes_out) = 0;
};

}  // namespace cairn::http
