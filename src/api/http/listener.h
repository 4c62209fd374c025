#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "api/http/loop.h"
#include "api/http/wire.h"
#include "base/result.h"

namespace cairn::http {

/// Accepts connections and deals them out to the loops in turn.
class Listener {
 public:
  struct Options {
    std::string address;
    std::uint16_t port = 0;
    std::string certificate, private_key;  ///< Both: TLS.
    std::chrono::milliseconds silence{};   ///< A client that acknowledges nothing for so long is lost.
  };

  /// Given each connection, on its loop.
  using Accepted = std::function<void(Loop& loop, std::shared_ptr<Wire> wire, Peer peer)>;

  /// Listens at once; accepts from start() on. The loops must outlive it.
  static Result<std::unique_ptr<Listener>> open(const Options& options, std::vector<Loop*> loops, Accepted accepted);
  virtual ~Listener() = default;

  virtual std::uint16_t port() const = 0;
  virtual void start() = 0;

  /// Returns when no more will be accepted. Any thread but the loops'.
  virtual void stop() = 0;
};

}  // namespace cairn::http
