#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace cairn::http {

/// Told, on the loop, how an operation of a wire ended. `failed`: the connection is lost or was closed.
class WireListener {
 public:
  virtual ~WireListener() = default;
  virtual void wire_done(bool failed, std::size_t bytes) = 0;
};

/// A connected socket, with TLS or without. All on its loop's thread; an operation never ends within its own call.
/// One read and one write may be under way at once. Listeners and buffers must live until they are told.
class Wire {
 public:
  virtual ~Wire() = default;

  /// Before anything else, where secure().
  virtual void handshake(WireListener& listener) = 0;

  /// 0 bytes: the client will send no more.
  virtual void read_some(std::span<char> into, WireListener& listener) = 0;

  /// At least one byte of the pieces, in order.
  virtual void write_some(std::string_view first, std::string_view second, WireListener& listener) = 0;

  /// Tells the client that nothing more comes; its bytes can still be read.
  virtual void end_writing() = 0;

  /// Ends everything under way with a failure.
  virtual void close() = 0;

  virtual bool secure() const = 0;
};

struct Peer {
  std::string address;
  bool loopback = false;
};

}  // namespace cairn::http
