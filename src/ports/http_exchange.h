#pragma once

#include <chrono>
#include <cstddef>
#include <optional>

#include "base/result.h"
#include "ports/http_client.h"

namespace cairn {

/// Several requests at the same time, from one thread that waits for none of them until it wants to. Connections are
/// kept. Parts of a call are not sent.
class HttpExchange {
 public:
  using Ticket = std::size_t;
  struct Ended {
    Ticket ticket = 0;
    Result<HttpAnswer> answer;  ///< Any status is one. Errors: as HttpClient::send.
  };

  virtual ~HttpExchange() = default;

  /// Sends as much as goes at once.
  virtual Ticket begin(HttpCall call) = 0;

  /// The next one that has ended, each once; waits for it no longer than `patience`.
  virtual std::optional<Ended> next(std::chrono::milliseconds patience) = 0;

  /// Nobody wants the answer any more. Nothing happens when it has been given.
  virtual void abandon(Ticket ticket) = 0;
};

}  // namespace cairn
