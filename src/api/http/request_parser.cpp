#include "api/http/request_parser.h"

#include <algorithm>
#include <boost/beast/http/basic_parser.hpp>

#include "api/http/target.h"
#include "api/http/text.h"

namespace cairn::http {

namespace beast = boost::beast;
using beast::error_code;
using beast::string_view;
using beast::http::error;

namespace {

std::string_view view(string_view text) { return {text.data(), text.size()}; }

Refusal refuse(int status, std::string message) { return {status, {ErrorKind::invalid, std::move(message)}}; }

Refusal too_large(std::uint64_t limit) {
  return refuse(413, "The request's body is larger than the " + std::to_string(limit) +
                         " bytes that are allowed here; send less at once.");
}

}  // namespace

class RequestParser::Parser final : public beast::http::basic_parser<true> {
 public:
  Request* request = nullptr;
  std::vector<std::string_view>* pieces = nullptr;
  std::optional<Refusal> refusal;
  std::uint64_t max_header_bytes = 0;
  std::uint64_t header_bytes = 0;
  std::uint64_t max_body_bytes = 0;
  std::size_t hosts = 0, lengths = 0;
  std::uint64_t chunk_left = 0;  ///< Bytes of the chunk that is being read.
  bool had_chunk = false;
  std::string authority;  ///< Of a target in absolute form.
  bool http_10 = false;
  bool has_head = false;

  /// Beast takes it for granted that it is not asked again about the last chunk before it is whole (basic_parser.ipp:
  /// `BOOST_ASSERT(n >= 5)`); every body that ends has these bytes still to come.
  bool needs_more_for_chunk(std::size_t bytes) const { return chunked() && chunk_left == 0 && bytes < 5; }

  /// Whether what stands where a chunk's size should be is none, so that waiting for more would mend nothing.
  bool has_broken_chunk_head(std::string_view bytes) const {
    if (!chunked() || chunk_left > 0) return false;
    constexpr std::string_view line_end = "\r\n";
    if (had_chunk && !bytes.starts_with(line_end.substr(0, bytes.size()))) return true;
    if (had_chunk) bytes.remove_prefix(std::min(bytes.size(), line_end.size()));
    constexpr std::size_t most_digits = 16;
    const std::size_t digits = bytes.find_first_not_of("0123456789abcdefABCDEF");
    if (digits == bytes.npos) return bytes.size() > most_digits;
    return digits == 0 || !std::string_view("\r; \t").contains(bytes[digits]);
  }

 private:
  void refuse_with(int status, std::string message, error_code& ec) {
    refusal = refuse(status, std::move(message));
    ec = error::bad_value;
  }

  void on_request_impl(beast::http::verb, string_view method, string_view target, int version,
                       error_code& ec) override {
    request->method = view(method);
    http_10 = version == 10;
    if (!std::ranges::all_of(request->method, [](char c) { return (c >= 'A' && c <= 'Z') || c == '-' || c == '_'; }))
      return refuse_with(400, "The request's method must be written in capitals.", ec);
    if (auto read = read_target(view(target), *request); !read) refuse_with(400, std::move(read.error().message), ec);
    authority = authority_of(view(target));
  }

  void on_field_impl(beast::http::field known, string_view name, string_view value, error_code& ec) override {
    using beast::http::field;
    if (has_head) return;  // Fields after a chunked body: nothing asks for them, and they must not replace the head's.
    if (known == field::transfer_encoding && (http_10 || !equals_ignoring_case(view(value), "chunked")))
      return refuse_with(http_10 ? 400 : 501, "Of the transfer encodings only 'chunked' is understood.", ec);
    const bool digits = !value.empty() && std::ranges::all_of(value, [](char c) { return c >= '0' && c <= '9'; });
    if (known == field::content_length && (!digits || ++lengths > 1))
      return refuse_with(400, "Content-Length must be one number, given once.", ec);
    if (known == field::host && ++hosts > 1) return refuse_with(400, "The header Host must be given once.", ec);
    if (!request->headers.add(std::string(name), std::string(trimmed(view(value)))))
      refuse_with(400, "A header holds characters that are not allowed there.", ec);
  }

  void on_header_impl(error_code& ec) override {
    has_head = true;
    if (!http_10 && hosts == 0) return refuse_with(400, "The header Host is missing.", ec);
    if (!authority.empty() && !equals_ignoring_case(authority, request->headers.get("Host")))
      refuse_with(400, "The header Host must name the same host as the address.", ec);
  }

  std::size_t on_body_impl(string_view body, error_code&) override {
    if (!body.empty()) pieces->push_back(view(body));
    return body.size();
  }

  std::size_t on_chunk_body_impl(std::uint64_t, string_view body, error_code&) override {
    chunk_left -= body.size();
    if (!body.empty()) pieces->push_back(view(body));
    return body.size();
  }

  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
  void on_chunk_header_impl(std::uint64_t size, string_view, error_code&) override {
    chunk_left = size;
    had_chunk = true;
  }
  void on_response_impl(int, string_view, int, error_code&) override {}
  void on_finish_impl(error_code&) override {}
};

namespace {

Refusal refusal_for(error_code ec, std::uint64_t max_header_bytes, std::uint64_t max_body_bytes) {
  if (ec == error::header_limit)
    return refuse(431, "The request's head is larger than the " + std::to_string(max_header_bytes) +
                           " bytes that are allowed; send shorter headers.");
  if (ec == error::body_limit) return too_large(max_body_bytes);
  if (ec == error::bad_version) return refuse(505, "Only HTTP/1.1 and HTTP/1.0 are understood here.");
  return refuse(400, "This is not a well-formed HTTP request (" + ec.message() + ").");
}

}  // namespace

RequestParser::RequestParser(std::uint64_t max_header_bytes) : parser_(std::make_unique<Parser>()) {
  parser_->max_header_bytes = max_header_bytes;
  parser_->header_limit(static_cast<std::uint32_t>(std::min<std::uint64_t>(max_header_bytes, 1u << 30)));
  parser_->body_limit(boost::none);
  parser_->eager(false);
}

RequestParser::~RequestParser() = default;

RequestParser::Step RequestParser::head(std::string_view bytes, Request& request) {
  Step step;
  // Empty lines before a request are skipped (RFC 9112, section 2.2).
  while (!parser_->got_some() && bytes.substr(step.eaten).starts_with("\r\n")) step.eaten += 2;
  const auto rest = bytes.substr(step.eaten);
  if (rest.empty() || (!parser_->got_some() && rest == "\r")) return step;

  error_code ec;
  parser_->request = &request;
  const auto eaten = parser_->put(boost::asio::const_buffer(rest.data(), rest.size()), ec);
  step.eaten += eaten;
  parser_->header_bytes += eaten;
  if (parser_->refusal) step.refusal = std::move(parser_->refusal);
  else if (ec && ec != error::need_more) step.refusal = refusal_for(ec, parser_->max_header_bytes, 0);
  else if (parser_->header_bytes + (ec ? rest.size() - eaten : 0) > parser_->max_header_bytes)
    step.refusal = refusal_for(error::header_limit, parser_->max_header_bytes, 0);
  return step;
}

RequestParser::Step RequestParser::body(std::string_view bytes, std::vector<std::string_view>& pieces) {
  Step step;
  parser_->pieces = &pieces;
  while (!parser_->is_done() && step.eaten < bytes.size()) {
    error_code ec;
    const auto rest = bytes.substr(step.eaten);
    if (parser_->has_broken_chunk_head(rest)) {
      step.refusal =
          refuse(400, "The request's body has a chunk without a size; send its length in hexadecimal digits.");
      return step;
    }
    if (parser_->needs_more_for_chunk(rest.size())) return step;
    step.eaten += parser_->put(boost::asio::const_buffer(rest.data(), rest.size()), ec);
    if (ec == error::need_more) {
      // What is left is part of a chunk's head or of the fields at the end, which are as limited as the head.
      if (bytes.size() - step.eaten > parser_->max_header_bytes)
        step.refusal = refusal_for(error::header_limit, parser_->max_header_bytes, 0);
      return step;
    }
    if (ec) {
      step.refusal = refusal_for(ec, 0, parser_->max_body_bytes);
      return step;
    }
  }
  return step;
}

std::optional<Refusal> RequestParser::limit_body(std::uint64_t bytes) {
  parser_->max_body_bytes = bytes;
  if (const auto announced = parser_->content_length(); announced && *announced > bytes) return too_large(bytes);
  parser_->body_limit(bytes);
  return std::nullopt;
}

bool RequestParser::head_done() const { return parser_->is_header_done(); }
bool RequestParser::done() const { return parser_->is_done(); }
bool RequestParser::keep_alive() const { return parser_->keep_alive(); }
bool RequestParser::is_http_10() const { return parser_->http_10; }

std::optional<std::uint64_t> RequestParser::bytes_left() const {
  if (parser_->is_done()) return 0;
  if (const auto left = parser_->content_length_remaining()) return *left;
  return std::nullopt;
}

}  // namespace cairn::http
