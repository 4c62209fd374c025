#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <memory>

#include "api/http/wire.h"
#include "base/result.h"

namespace cairn::http {

std::shared_ptr<Wire> plain_wire(boost::asio::ip::tcp::socket socket);
std::shared_ptr<Wire> tls_wire(boost::asio::ip::tcp::socket socket, boost::asio::ssl::context& context);

/// TLS 1.2 and later. Errors: `invalid`, with the file and what is wrong with it.
Result<std::unique_ptr<boost::asio::ssl::context>> tls_context(const std::string& certificate,
                                                               const std::string& private_key);

Peer peer_of(const boost::asio::ip::tcp::endpoint& endpoint);

}  // namespace cairn::http
