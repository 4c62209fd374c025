#include "http/client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <stdexcept>
#include <utility>

namespace cairn::http {

Client::Client(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  const timeval patience{60, 0};
  setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
    throw std::runtime_error("the server does not accept");
}

Client::~Client() { close(); }
Client::Client(Client&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)), buffer_(std::move(other.buffer_)) {}

bool Client::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void Client::half_close() { ::shutdown(socket_, SHUT_WR); }

void Client::close() {
  if (socket_ >= 0) ::close(std::exchange(socket_, -1));
}

void Client::reset() {
  const linger at_once{1, 0};
  setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close();
}

bool Client::fill() {
  char bytes[16 << 10];
  const auto got = ::recv(socket_, bytes, sizeof bytes, 0);
  if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) throw std::runtime_error("nothing came within a minute");
  if (got <= 0) return false;
  buffer_.append(bytes, static_cast<std::size_t>(got));
  return true;
}

std::string Client::read_some() {
  if (buffer_.empty()) fill();
  return std::exchange(buffer_, {});
}

std::string Client::read_until(std::string_view end) {
  std::size_t at = 0;
  while ((at = buffer_.find(end)) == buffer_.npos) {
    if (!fill()) return std::exchange(buffer_, {});
  }
  auto text = buffer_.substr(0, at + end.size());
  buffer_.erase(0, at + end.size());
  return text;
}

std::string Client::read_to_end() {
  while (fill()) {}
  return std::exchange(buffer_, {});
}

Reply Client::read_reply(std::string_view method) {
  Reply reply;
  const auto head = read_until("\r\n\r\n");
  if (!head.starts_with("HTTP/1.1 ") || !head.ends_with("\r\n\r\n")) return reply;
  std::from_chars(head.data() + 9, head.data() + 12, reply.status);
  for (std::size_t at = head.find("\r\n") + 2; at + 2 < head.size();) {
    const auto end = head.find("\r\n", at), colon = head.find(": ", at);
    auto name = head.substr(at, colon - at);
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    reply.headers[name] = head.substr(colon + 2, end - colon - 2);
    at = end + 2;
  }
  if (method == "HEAD" || reply.status == 204 || reply.status == 304 || reply.status < 200) {
    reply.whole = true;
  } else if (reply.headers.contains("transfer-encoding")) {
    read_chunks(reply);
  } else if (auto length = reply.headers.find("content-length"); length != reply.headers.end()) {
    const auto size = std::stoull(length->second);
    while (buffer_.size() < size && fill()) {}
    reply.whole = buffer_.size() >= size;
    reply.body = buffer_.substr(0, size);
    buffer_.erase(0, reply.body.size());
  } else {
    reply.body = read_to_end();
    reply.whole = true;
  }
  return reply;
}

void Client::read_chunks(Reply& reply) {
  while (true) {
    const auto line = read_until("\r\n");
    if (!line.ends_with("\r\n")) return;
    const auto size = std::stoull(line, nullptr, 16);
    while (buffer_.size() < size + 2 && fill()) {}
    if (buffer_.size() < size + 2) return;
    reply.body += buffer_.substr(0, size);
    buffer_.erase(0, size + 2);
    if (size == 0) break;
  }
  reply.whole = true;
}

Reply Client::get(std::string_view path, std::string_view headers) {
  send(get_request(path, headers));
  return read_reply();
}

Reply Client::post(std::string_view path, std::string_view body, std::string_view headers) {
  send(post_request(path, body, headers));
  return read_reply();
}

void Client::shrink_receive_buffer(int bytes) { setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes); }

std::string get_request(std::string_view path, std::string_view headers) {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: localhost\r\n" + std::string(headers) + "\r\n";
}

std::string post_request(std::string_view path, std::string_view body, std::string_view headers) {
  return "POST " + std::string(path) +
         " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
         std::string(headers) + "\r\n" + std::string(body);
}

}  // namespace cairn::http
