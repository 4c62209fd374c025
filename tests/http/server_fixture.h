#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "api/http/server.h"
#include "http/client.h"

namespace cairn::http {

/// Waits until something happens that other threads make happen; for a minute at most, which no test that passes does.
class Watch {
 public:
  template <class F>
  void change(F change) {
    {
      std::lock_guard lock(mutex_);
      change();
    }
    changed_.notify_all();
  }

  template <class F>
  bool until(F is_so) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::minutes(1), is_so);
  }

  template <class F>
  auto read(F value) {
    std::lock_guard lock(mutex_);
    return value();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
};

/// An event that one thread waits for and another one makes happen.
class Gate {
 public:
  void open() {
    watch_.change([this] { open_ = true; });
  }
  bool pass() {
    return watch_.until([this] { return open_; });
  }

 private:
  Watch watch_;
  bool open_ = false;
};

inline Response text(std::string body, int status = 200) {
  Response response;
  response.status = status;
  response.content_type = "text/plain";
  response.body = std::move(body);
  return response;
}

/// What was reported about a request after its end.
struct Ended {
  std::string method, path, id;
  int status = 0;
  std::uint64_t bytes_in = 0, bytes_out = 0;
};

/// An application whose routes are the functions that a test gives it.
class TestApplication final : public Application {
 public:
  using Begin = std::function<Plan(Request&)>;

  /// Before the server starts.
  void at(std::string path, Begin begin) { routes_[std::move(path)] = std::move(begin); }
  void handle(std::string path, std::function<Response(Request&)> handle, std::uint64_t max_body_bytes = 1 << 20) {
    at(std::move(path), [handle = std::move(handle), max_body_bytes](Request&) {
      Plan plan;
      plan.handle = handle;
      plan.max_body_bytes = max_body_bytes;
      return plan;
    });
  }

  Plan begin(Request& request) override {
    const auto route = routes_.find(request.path);
    if (route != routes_.end()) return route->second(request);
    Plan plan;
    plan.reply = text("no such path: " + request.path, 404);
    return plan;
  }

  Response refusal(const Request&, int status, const Error& error) override {
    const int by_kind = error.kind == ErrorKind::invalid ? 400 : error.kind == ErrorKind::conflict ? 409 : 500;
    return text(error.message, status == 0 ? by_kind : status);
  }

  void ended(const Request& request, int status, std::uint64_t bytes_in, std::uint64_t bytes_out) override {
    watch_.change([&] { ended_.push_back({request.method, request.path, request.id, status, bytes_in, bytes_out}); });
    if (request.path == "/breaks-reports") throw std::runtime_error("from a report");
  }

  /// Waits for this many requests to end.
  std::vector<Ended> wait_for_ended(std::size_t count) {
    EXPECT_TRUE(watch_.until([&] { return ended_.size() >= count; }));
    return watch_.read([&] { return ended_; });
  }

 private:
  std::map<std::string, Begin, std::less<>> routes_;
  Watch watch_;
  std::vector<Ended> ended_;
};

class ServerTest : public ::testing::Test {
 protected:
  ServerTest() {
    options_.port = 0;
    options_.worker_threads = 4;
    application_.handle("/echo", [](Request& request) { return text(request.body); });
    application_.handle("/hello", [](Request&) { return text("hello"); });
  }

  /// Starts with `options_` and the routes that the application has by now.
  void start() {
    auto started = Server::start(options_, application_, clock_);
    ASSERT_TRUE(started) << started.error().message;
    server_ = std::move(*started);
  }

  Client client() { return Client(server_->port()); }

  /// Asks until the server's load is as it should be; for what a client's going away changes after a moment.
  bool load_becomes(const std::function<bool(const Server::Load&)>& is_so) {
    for (int i = 0; i < 60'000; ++i) {
      if (is_so(server_->load())) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return false;
  }

  SystemClock clock_;
  ServerOptions options_;
  TestApplication application_;
  std::unique_ptr<Server> server_;
};

}  // namespace cairn::http
