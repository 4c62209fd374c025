#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace cairn::testing {

/// A collector on a free port of loopback: keeps what it is sent, and answers as it was told, one connection at a time.
class Collector {
 public:
  Collector() : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    if (::bind(socket_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(socket_, 16) != 0)
      throw std::runtime_error("cannot listen on loopback");
    ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }

  ~Collector() {
    ::shutdown(socket_, SHUT_RDWR);
    thread_.join();
    ::close(socket_);
  }

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

  /// Statuses of the next answers; 200 afterwards.
  void answer_with(std::vector<int> statuses) {
    const std::lock_guard lock(mutex_);
    statuses_.assign(statuses.begin(), statuses.end());
  }

  /// Waits until so many requests came, and gives them, head and body.
  std::vector<std::string> requests(std::size_t count) {
    std::unique_lock lock(mutex_);
    came_.wait(lock, [&] { return requests_.size() >= count; });
    return requests_;
  }

 private:
  void serve() {
    for (int client = 0; (client = ::accept(socket_, nullptr, nullptr)) >= 0; ::close(client)) {
      std::string request = read_request(client);
      if (request.empty()) continue;
      const int status = take_status();
      // The answer goes first: whoever waits for a request may end the sender next.
      const std::string answer =
          "HTTP/1.1 " + std::to_string(status) + " X\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}";
      if (::send(client, answer.data(), answer.size(), MSG_NOSIGNAL) < 0) continue;
      const std::lock_guard lock(mutex_);
      requests_.push_back(std::move(request));
      came_.notify_all();
    }
  }

  static std::string read_request(int client) {
    std::string request;
    char buffer[65536];
    for (std::size_t wanted = std::string::npos; request.size() < wanted;) {
      const ssize_t got = ::recv(client, buffer, sizeof(buffer), 0);
      if (got <= 0) return {};
      request.append(buffer, static_cast<std::size_t>(got));
      const std::size_t head = request.find("\r\n\r\n"), length = request.find("Content-Length: ");
      if (head != std::string::npos && length < head) wanted = head + 4 + std::stoul(request.substr(length + 16));
    }
    return request;
  }

  int take_status() {
    const std::lock_guard lock(mutex_);
    if (statuses_.empty()) return 200;
    const int status = statuses_.front();
    statuses_.pop_front();
    return status;
  }

  int socket_;
  std::uint16_t port_ = 0;
  std::mutex mutex_;
  std::condition_variable came_;
  std::deque<int> statuses_;           // Guarded by mutex_.
  std::vector<std::string> requests_;  // Guarded by mutex_.
  std::thread thread_;
};

}  // namespace cairn::testing
