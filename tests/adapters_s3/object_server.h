#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace cairn::testing {

struct ObjectRequest {
  std::string method, path, query, body;
  std::map<std::string, std::string> headers;  ///< By lower-case name.
};

/// How a request goes wrong.
struct Mishap {
  int status = 0;                                  ///< This instead of what was asked for; 0: it is done.
  std::string body;                                ///< With that status.
  std::optional<std::size_t> cut_after = {};       ///< The connection ends after so many bytes of the reply's body.
  bool is_silent = false;                          ///< Nothing is said until the client goes.
  std::function<void(std::string&)> distort = {};  ///< Changes the reply's body, not its length.
};

/// As much of S3 as Cairn uses, in memory, on loopback, one request a connection; and mishaps as a test says.
class ObjectServer {
 public:
  /// `mishap` says what goes wrong with a request, the how manieth it is (from 1); it may be called by several threads.
  using Script = std::function<std::optional<Mishap>(const ObjectRequest&, int)>;

  explicit ObjectServer(Script script = {});
  ~ObjectServer();

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  void set_script(Script script);
  int requests() const { return requests_; }
  std::vector<ObjectRequest> seen() const;
  std::size_t object_count() const;
  std::size_t unfinished_uploads() const;

  /// Lists have no more entries than this.
  void set_page(std::size_t entries) { page_ = entries; }
  void ignore_ranges() { ranges_ = false; }
  /// Objects are ten minutes old by the server's clock, which it need not tell.
  void say_no_date() { date_.clear(); }
  /// Nobody can connect any more. Its port stays its own.
  void refuse_all();

 private:
  struct Answer {
    int status = 200;
    std::string body, headers;
  };

  void accept_all();
  void serve(int client);
  Answer answer(const ObjectRequest& request);
  Answer get(const ObjectRequest& request);
  Answer list(const ObjectRequest& request);
  Answer upload(const ObjectRequest& request);
  void send(int client, const ObjectRequest& request, const Answer& answer, const Mishap& mishap);

  std::string date_ = "Date: Sat, 21 Nov 2026 09:40:00 GMT\r\n";  // Set before the first request.
  int socket_;
  std::uint16_t port_ = 0;
  std::atomic<int> requests_{0};
  std::atomic<std::size_t> page_{1'000};
  std::atomic<bool> ranges_{true};
  mutable std::mutex mutex_;  // Guards what follows.
  Script script_;
  std::map<std::string, std::string> objects_;
  std::map<std::string, std::map<int, std::string>> uploads_;
  std::vector<ObjectRequest> seen_;
  std::vector<int> clients_;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

}  // namespace cairn::testing
