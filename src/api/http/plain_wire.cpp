#include <array>
#include <boost/asio/buffer.hpp>

#include "api/http/asio_wire.h"

namespace cairn::http {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

class PlainWire final : public Wire, public std::enable_shared_from_this<PlainWire> {
 public:
  explicit PlainWire(asio::ip::tcp::socket socket) : socket_(std::move(socket)) {}

  void handshake(WireListener&) override {}  // There is none.

  void read_some(std::span<char> into, WireListener& listener) override {
    socket_.async_read_some(asio::buffer(into.data(), into.size()),
                            [self = shared_from_this(), &listener](error_code error, std::size_t bytes) {
                              listener.wire_done(error && error != asio::error::eof, bytes);
                            });
  }

  void write_some(std::string_view first, std::string_view second, WireListener& listener) override {
    const std::array pieces{asio::const_buffer(first.data(), first.size()),
                            asio::const_buffer(second.data(), second.size())};
    socket_.async_write_some(pieces, [self = shared_from_this(), &listener](error_code error, std::size_t bytes) {
      listener.wire_done(bool(error), bytes);
    });
  }

  void end_writing() override {
    error_code ignored;
    socket_.shutdown(asio::socket_base::shutdown_send, ignored);
  }

  void close() override {
    error_code ignored;
    socket_.close(ignored);
  }

  bool secure() const override { return false; }

 private:
  asio::ip::tcp::socket socket_;
};

}  // namespace

std::shared_ptr<Wire> plain_wire(asio::ip::tcp::socket socket) {
  return std::make_shared<PlainWire>(std::move(socket));
}

Peer peer_of(const asio::ip::tcp::endpoint& endpoint) {
  auto address = endpoint.address();
  if (address.is_v6() && address.to_v6().is_v4_mapped())
    address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
  return {address.to_string(), address.is_loopback()};
}

}  // namespace cairn::http
