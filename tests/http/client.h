#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace cairn::http {

/// A reply as a client sees it.
struct Reply {
  int status = 0;                                           ///< 0: the connection ended before a whole head.
  std::map<std::string, std::string, std::less<>> headers;  ///< Names in small letters.
  std::string body;                                         ///< Without the framing of chunks.
  bool whole = false;
};

/// A client that sends exactly what a test says, through a plain socket. It waits for a minute at most, which no test
/// that passes does.
class Client {
 public:
  explicit Client(std::uint16_t port);
  ~Client();
  Client(Client&& other) noexcept;
  Client& operator=(Client&&) = delete;

  /// False when the server does not take it any more.
  bool send(std::string_view bytes);
  void half_close();
  void close();

  /// Closes so that the other end sees a reset instead of an orderly end.
  void reset();

  /// At least one byte, or nothing at the end.
  std::string read_some();
  std::string read_until(std::string_view end);
  std::string read_to_end();

  Reply read_reply(std::string_view method = "GET");
  Reply get(std::string_view path, std::string_view headers = "");
  Reply post(std::string_view path, std::string_view body, std::string_view headers = "");

  /// Reads no more than this many bytes ahead, from now on.
  void shrink_receive_buffer(int bytes);
  int socket() const { return socket_; }

 private:
  bool fill();
  void read_chunks(Reply& reply);

  int socket_;
  std::string buffer_;
};

std::string get_request(std::string_view path, std::string_view headers = "");
std::string post_request(std::string_view path, std::string_view body, std::string_view headers = "");

}  // namespace cairn::http
