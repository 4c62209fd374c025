#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/http/message.h"

namespace cairn::http {

/// What the transport itself refuses: given to Application::refusal.
struct Refusal {
  int status = 400;
  Error error;
};

/// Reads one request from bytes as they arrive, and refuses what two programs could understand differently
/// (RFC 9112, sections 6.3 and 11.2).
class RequestParser {
 public:
  explicit RequestParser(std::uint64_t max_header_bytes);
  ~RequestParser();

  struct Step {
    std::size_t eaten = 0;           ///< The rest of the bytes is to be given again, with more after it.
    std::optional<Refusal> refusal;  ///< The connection cannot go on.
  };

  /// Until head_done(). `request` gets its method, target and headers.
  Step head(std::string_view bytes, Request& request);

  /// After the head, until done(). `pieces` are parts of `bytes`.
  Step body(std::string_view bytes, std::vector<std::string_view>& pieces);

  /// Set before the body is read. Errors: more than that is announced.
  std::optional<Refusal> limit_body(std::uint64_t bytes);

  bool head_done() const;
  bool done() const;

  // After the head.
  bool keep_alive() const;
  bool is_http_10() const;
  std::optional<std::uint64_t> bytes_left() const;  ///< Of the body; unset when only the client knows.

 private:
  class Parser;
  std::unique_ptr<Parser> parser_;
};

}  // namespace cairn::http
