#include <openssl/err.h>
#include <openssl/x509err.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/stream.hpp>

#include "api/http/asio_wire.h"

namespace cairn::http {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

class TlsWire final : public Wire, public std::enable_shared_from_this<TlsWire> {
 public:
  TlsWire(asio::ip::tcp::socket socket, asio::ssl::context& context) : stream_(std::move(socket), context) {}

  void handshake(WireListener& listener) override {
    stream_.async_handshake(asio::ssl::stream_base::server, [self = shared_from_this(), &listener](error_code error) {
      listener.wire_done(bool(error), 0);
    });
  }

  void read_some(std::span<char> into, WireListener& listener) override {
    stream_.async_read_some(asio::buffer(into.data(), into.size()),
                            [self = shared_from_this(), &listener](error_code error, std::size_t bytes) {
                              const bool end = error == asio::error::eof || error == asio::ssl::error::stream_truncated;
                              listener.wire_done(error && !end, bytes);
                            });
  }

  /// One record at a time: what does not fit into the first piece waits for the next call.
  void write_some(std::string_view first, std::string_view second, WireListener& listener) override {
    const auto piece = first.empty() ? second : first;
    stream_.async_write_some(asio::buffer(piece.data(), piece.size()),
                             [self = shared_from_this(), &listener](error_code error, std::size_t bytes) {
                               listener.wire_done(bool(error), bytes);
                             });
  }

  void end_writing() override {
    stream_.async_shutdown([self = shared_from_this()](error_code) {
      error_code ignored;
      self->stream_.next_layer().shutdown(asio::socket_base::shutdown_send, ignored);
    });
  }

  void close() override {
    error_code ignored;
    stream_.next_layer().close(ignored);
  }

  bool secure() const override { return true; }

 private:
  asio::ssl::stream<asio::ip::tcp::socket> stream_;
};

std::unexpected<Error> bad_file(const char* what, const std::string& file, const error_code& error) {
  return fail(ErrorKind::invalid, std::string("The TLS ") + what + " " + file + " cannot be used (" + error.message() +
                                      "); it must be a PEM file that this process may read.");
}

}  // namespace

std::shared_ptr<Wire> tls_wire(asio::ip::tcp::socket socket, asio::ssl::context& context) {
  return std::make_shared<TlsWire>(std::move(socket), context);
}

Result<std::unique_ptr<asio::ssl::context>> tls_context(const std::string& certificate,
                                                        const std::string& private_key) {
  using asio::ssl::context;
  auto made = std::make_unique<context>(context::tls_server);
  error_code error;
  made->set_options(context::default_workarounds | context::no_sslv2 | context::no_sslv3 | context::no_tlsv1 |
                        context::no_tlsv1_1 | context::no_compression | SSL_OP_NO_RENEGOTIATION,
                    error);
  made->use_certificate_chain_file(certificate, error);
  if (error) return bad_file("certificate", certificate, error);
  made->use_private_key_file(private_key, context::pem, error);
  if (error && ERR_GET_REASON(static_cast<unsigned long>(error.value())) == X509_R_KEY_VALUES_MISMATCH)
    return fail(ErrorKind::invalid,
                "The TLS private key " + private_key + " does not belong to the certificate " + certificate + ".");
  if (error) return bad_file("private key", private_key, error);
  // Thousands of connections stand still most of the time: their record buffers are given back meanwhile.
  SSL_CTX_set_mode(made->native_handle(), SSL_MODE_RELEASE_BUFFERS);
  return made;
}

}  // namespace cairn::http
