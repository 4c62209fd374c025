// A request must be understood the same however its bytes are cut, for a proxy in front cuts them in its own way.
#include "api/http/request_parser.h"

#include <algorithm>
#include <cstdlib>

namespace {

using cairn::http::Request;
using cairn::http::RequestParser;

constexpr std::uint64_t max_header_bytes = 2048, max_body_bytes = 4096;

struct Understood {
  bool done = false;
  std::string method, target, body;
  std::vector<std::pair<std::string, std::string>> headers;
  bool operator==(const Understood&) const = default;
};

/// Gives the parser `step` bytes more each time (0: all at once).
Understood understand(std::string_view bytes, std::size_t step) {
  Understood seen;
  Request request;
  RequestParser parser(max_header_bytes);
  std::size_t begin = 0, end = step == 0 ? bytes.size() : 0;
  std::vector<std::string_view> pieces;
  while (true) {
    const std::string_view given = bytes.substr(begin, end - begin);
    pieces.clear();
    const bool in_head = !parser.head_done();
    auto taken = in_head ? parser.head(given, request) : parser.body(given, pieces);
    if (taken.eaten > given.size()) std::abort();
    begin += taken.eaten;
    for (const std::string_view piece : pieces) seen.body += piece;
    if (in_head && !taken.refusal && parser.head_done()) taken.refusal = parser.limit_body(max_body_bytes);
    if (taken.refusal) break;
    seen.done = parser.head_done() && parser.done();
    if (seen.done) break;
    if (in_head && parser.head_done()) continue;
    if (end == bytes.size()) break;
    end = std::min(bytes.size(), end + step);
  }
  // Which of several faults is named, and how soon, may depend on the cut; what is accepted may not.
  if (!seen.done) return {};
  seen.method = request.method;
  seen.target = request.target;
  for (const auto& header : request.headers.all()) seen.headers.push_back(header);
  return seen;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const Understood whole = understand(bytes, 0);
  for (const std::size_t step : {1, 7, 64})
    if (understand(bytes, step) != whole) std::abort();
  return 0;
}
