#include "api/http/listener.h"

#include <netinet/tcp.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <future>
#include <optional>

#include "api/http/asio_wire.h"

namespace cairn::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

/// Else a client whose network went away is noticed after a quarter of an hour (tcp(7)).
using UserTimeout = asio::detail::socket_option::integer<IPPROTO_TCP, TCP_USER_TIMEOUT>;

/// After the system had no file descriptors left, say.
constexpr std::chrono::milliseconds accept_again{50};

class TcpListener final : public Listener {
 public:
  TcpListener(std::vector<Loop*> loops, Accepted accepted)
      : loops_(std::move(loops)),
        accepted_(std::move(accepted)),
        acceptor_(loops_[0]->context()),
        again_(loops_[0]->context()) {}

  Result<void> open(const Options& options) {
    if (!options.certificate.empty() || !options.private_key.empty()) {
      if (options.certificate.empty() || options.private_key.empty())
        return fail(ErrorKind::invalid, "TLS needs both a certificate and its private key; give both or neither.");
      CAIRN_TRY(tls_, tls_context(options.certificate, options.private_key));
    }
    silence_ms_ = static_cast<int>(std::clamp<std::int64_t>(options.silence.count(), 1000, 3'600'000));
    error_code error;
    const auto address = asio::ip::make_address(options.address == "localhost" ? "127.0.0.1" : options.address, error);
    if (error)
      return fail(
          ErrorKind::invalid,
          "'" + options.address + "' is no address to listen on; give an IP address such as 127.0.0.1 or 0.0.0.0.");
    const tcp::endpoint endpoint(address, options.port);
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(tcp::acceptor::max_listen_connections, error);
    if (error) return cannot_listen(options, error);
    port_ = acceptor_.local_endpoint().port();
    return {};
  }

  std::uint16_t port() const override { return port_; }

  void start() override {
    loops_[0]->post([this] { accept(); });
  }

  void stop() override {
    std::promise<void> closed;
    loops_[0]->post([this, &closed] {
      error_code ignored;
      stopped_ = true;
      acceptor_.close(ignored);
      again_.cancel();
      closed.set_value();
    });
    closed.get_future().wait();
  }

 private:
  static std::unexpected<Error> cannot_listen(const Options& options, error_code error) {
    const auto where = options.address + " port " + std::to_string(options.port);
    if (error == asio::error::address_in_use)
      return fail(ErrorKind::unavailable,
                  "Something else listens on " + where + "; stop it or choose another port (0: any free one).");
    if (error == asio::error::access_denied)
      return fail(ErrorKind::unavailable, "This user may not listen on " + where + "; choose a port above 1023.");
    return fail(ErrorKind::invalid,
                "Cannot listen on " + where + " (" + error.message() + "); choose an address of this machine.");
  }

  void accept() {
    auto& loop = *loops_[next_++ % loops_.size()];
    acceptor_.async_accept(loop.context(), [this, &loop](error_code error, tcp::socket socket) {
      if (stopped_) return;
      if (error) {
        again_.expires_after(accept_again);
        again_.async_wait([this](error_code) {
          if (!stopped_) accept();
        });
        return;
      }
      hand_over(loop, std::move(socket));
      accept();
    });
  }

  void hand_over(Loop& loop, tcp::socket socket) {
    error_code error;
    socket.set_option(tcp::no_delay(true), error);
    socket.set_option(asio::socket_base::keep_alive(true), error);
    socket.set_option(UserTimeout(silence_ms_), error);
    const auto endpoint = socket.remote_endpoint(error);
    if (error) return;  // It is gone already.
    auto wire = tls_ ? tls_wire(std::move(socket), *tls_) : plain_wire(std::move(socket));
    if (&loop == loops_[0]) return accepted_(loop, std::move(wire), peer_of(endpoint));
    loop.post([this, &loop, wire = std::move(wire), peer = peer_of(endpoint)]() mutable {
      accepted_(loop, std::move(wire), std::move(peer));
    });
  }

  const std::vector<Loop*> loops_;
  const Accepted accepted_;
  tcp::acceptor acceptor_;
  asio::steady_timer again_;
  std::unique_ptr<asio::ssl::context> tls_;
  std::uint16_t port_ = 0;
  int silence_ms_ = 0;
  std::size_t next_ = 0;  // On the first loop, like all that follows.
  bool stopped_ = false;
};

}  // namespace

Result<std::unique_ptr<Listener>> Listener::open(const Options& options, std::vector<Loop*> loops, Accepted accepted) {
  auto listener = std::make_unique<TcpListener>(std::move(loops), std::move(accepted));
  CAIRN_CHECK(listener->open(options));
  return listener;
}

}  // namespace cairn::http
