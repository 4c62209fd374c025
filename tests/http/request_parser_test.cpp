#include "api/http/request_parser.h"

#include <gtest/gtest.h>

namespace cairn::http {
namespace {

/// The body of a request whose bytes arrive `step` at a time; nothing when it is refused or never done.
std::optional<std::string> body_of(std::string_view bytes, std::size_t step) {
  Request request;
  RequestParser parser(1024);
  std::string body;
  std::vector<std::string_view> pieces;
  for (std::size_t begin = 0, end = step; !parser.done(); end = std::min(bytes.size(), end + step)) {
    const std::string_view given = bytes.substr(begin, end - begin);
    pieces.clear();
    const auto taken = parser.head_done() ? parser.body(given, pieces) : parser.head(given, request);
    if (taken.refusal || (taken.eaten == 0 && end == bytes.size())) return std::nullopt;
    begin += taken.eaten;
    for (const std::string_view piece : pieces) body += piece;
  }
  return body;
}

TEST(RequestParser, UnderstandsAChunkedBodyHoweverItIsCut) {
  const std::string head = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (const std::string body :
       {"5\r\nhello\r\n0\r\n\r\n", "0\r\n\r\n", "2\r\nhe\r\n3;why=not\r\nllo\r\n00\r\nField: x\r\n\r\n"})
    for (std::size_t step = 1; step <= head.size() + body.size(); ++step)
      EXPECT_EQ(body_of(head + body, step), body.starts_with("0") ? "" : "hello") << body << " by " << step;
}

}  // namespace
}  // namespace cairn::http
