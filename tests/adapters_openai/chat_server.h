#pragma once

#include <arpa/inet.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

namespace cairn::testing {

/// One request that came in, and the means to answer it.
class Exchange {
 public:
  Exchange(int socket, std::string request, int number)
      : socket_(socket), request_(std::move(request)), number_(number) {}

  int number() const { return number_; }  ///< 1 for the first.
  const std::string& request() const { return request_; }
  nlohmann::json body() const { return nlohmann::json::parse(request_.substr(request_.find("\r\n\r\n") + 4)); }
  bool has_key(const std::string& key) const {
    return request_.find("Authorization: Bearer " + key + "\r\n") != std::string::npos;
  }

  void send(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t n = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (n <= 0) return;
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
  }
  void reply(int status, const std::string& body, const std::string& headers = "") const {
    send(fmt::format(
        "HTTP/1.1 {} X\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n{}\r\n{}",
        status, body.size(), headers, body));
  }
  void begin_stream() const {
    send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nConnection: close\r\n\r\n");
  }
  void event(const std::string& data) const { send("data: " + data + "\n\n"); }
  void text(const std::string& text) const {
    event(nlohmann::json{{"model", "served"}, {"choices", {{{"index", 0}, {"delta", {{"content", text}}}}}}}.dump());
  }
  void finish(const std::string& reason = "stop") const {
    event(nlohmann::json{{"choices", {{{"index", 0}, {"delta", nlohmann::json::object()}, {"finish_reason", reason}}}}}
              .dump());
  }

  /// Until the client has gone, or the server ends.
  void wait_for_client_to_go() const {
    char byte = 0;
    while (recv(socket_, &byte, 1, 0) > 0) {}
  }

 private:
  int socket_;
  std::string request_;
  int number_;
};

/// An endpoint on loopback that answers as a test says, each connection in a thread of its own.
class ChatServer {
 public:
  using Respond = std::function<void(const Exchange&)>;

  explicit ChatServer(Respond respond) : respond_(std::move(respond)), socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    if (bind(socket_, reinterpret_cast<sockaddr*>(&address), size) != 0 || listen(socket_, 64) != 0) std::abort();
    getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { accept_all(); });
  }
  ~ChatServer() {
    shutdown(socket_, SHUT_RDWR);
    acceptor_.join();
    {
      const std::scoped_lock lock(mutex_);
      for (const int client : clients_) shutdown(client, SHUT_RDWR);
    }
    for (std::thread& thread : threads_) thread.join();
    for (const int client : clients_) close(client);
    close(socket_);
  }

  std::string url() const { return fmt::format("http://127.0.0.1:{}/v1", port_); }
  int requests() const { return requests_; }

 private:
  void accept_all() {
    for (;;) {
      const int client = accept(socket_, nullptr, nullptr);
      if (client < 0) return;
      const std::scoped_lock lock(mutex_);
      clients_.push_back(client);
      threads_.emplace_back([this, client] {
        std::string request = read_request(client);
        if (!request.empty()) respond_(Exchange(client, std::move(request), ++requests_));
        shutdown(client, SHUT_RDWR);
      });
    }
  }

  static std::string read_request(int client) {
    std::string text;
    char buffer[4096];
    for (;;) {
      if (const std::size_t end = text.find("\r\n\r\n"); end != std::string::npos)
        if (text.size() >= end + 4 + std::stoul(text.substr(text.find("Content-Length: ") + 16))) return text;
      const ssize_t n = recv(client, buffer, sizeof(buffer), 0);
      if (n <= 0) return {};
      text.append(buffer, static_cast<std::size_t>(n));
    }
  }

  Respond respond_;
  int socket_;
  std::uint16_t port_ = 0;
  std::atomic<int> requests_ = 0;
  std::mutex mutex_;
  std::vector<int> clients_;          // Guarded by mutex_.
  std::vector<std::thread> threads_;  // Guarded by mutex_ until the acceptor has ended.
  std::thread acceptor_;
};

/// What a well-behaved endpoint does: a word an event, no more than max_tokens, none from a stop string on.
inline void behave(const Exchange& exchange) {
  const auto body = exchange.body();
  std::vector<std::string> words = {"Hello", " and",    " welcome", ",",   " 你好", "，",
                                    " dear", " reader", " –",       " go", " on",   "."};
  const bool story = body["messages"].back()["content"].get<std::string>().find("story") != std::string::npos;
  exchange.begin_stream();
  exchange.event(R"({"choices":[{"index":0,"delta":{"role":"assistant","content":""}}]})");
  if (story) return exchange.wait_for_client_to_go();
  const std::size_t most = body["max_tokens"].get<std::size_t>();
  for (std::size_t i = 0; i < std::min(words.size(), most); ++i) exchange.text(words[i]);
  exchange.finish(most < words.size() ? "length" : "stop");
  exchange.event(fmt::format(
      R"({{"choices":[],"usage":{{"prompt_tokens":20,"completion_tokens":{},"prompt_tokens_details":{{"cached_tokens":5}}}}}})",
      std::min(words.size(), most)));
  exchange.event("[DONE]");
}

}  // namespace cairn::testing
