#include "api/http/reply_head.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>

#include "api/http/text.h"

namespace cairn::http {
namespace {

std::string_view reason(int status) {
  switch (status) {
    case 101: return "Switching Protocols";
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 206: return "Partial Content";
    case 301: return "Moved Permanently";
    case 302: return "Found";
    case 303: return "See Other";
    case 304: return "Not Modified";
    case 307: return "Temporary Redirect";
    case 308: return "Permanent Redirect";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 406: return "Not Acceptable";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 410: return "Gone";
    case 412: return "Precondition Failed";
    case 413: return "Content Too Large";
    case 415: return "Unsupported Media Type";
    case 416: return "Range Not Satisfiable";
    case 417: return "Expectation Failed";
    case 421: return "Misdirected Request";
    case 422: return "Unprocessable Content";
    case 428: return "Precondition Required";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 499: return "Client Closed Request";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 502: return "Bad Gateway";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    case 505: return "HTTP Version Not Supported";
    case 507: return "Insufficient Storage";
    default: return "Status";
  }
}

/// The transport decides these; an application that sets them would contradict it.
bool is_framing(std::string_view name) {
  constexpr std::array names{"connection", "content-length",    "content-type", "date",
                             "keep-alive", "transfer-encoding", "upgrade",      "x-request-id"};
  return std::ranges::any_of(names, [&](std::string_view known) { return equals_ignoring_case(known, name); });
}

void append(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

std::string_view safe_type(std::string_view type) {
  const bool clean = std::ranges::all_of(type, [](char c) { return c >= 0x20 && c < 0x7f; });
  return clean ? type : "application/octet-stream";
}

}  // namespace

std::string reply_head(const Response& response, const ReplyFacts& facts) {
  const bool upgrade = !facts.websocket_accept.empty();
  const int status = upgrade ? 101 : std::clamp(response.status, 200, 599);
  std::string out;
  out.reserve(320);
  out.append("HTTP/1.1 ").append(std::to_string(status)).append(" ").append(reason(status)).append("\r\n");
  append(out, "Date", facts.date);
  append(out, "X-Request-Id", facts.request_id);
  for (const auto& [name, value] : response.headers.all()) {
    if (!is_framing(name)) append(out, name, value);
  }
  if (upgrade) {
    append(out, "Connection", "Upgrade");
    append(out, "Upgrade", "websocket");
    append(out, "Sec-WebSocket-Accept", facts.websocket_accept);
    return out.append("\r\n");
  }
  if (has_body(status) && !response.content_type.empty()) append(out, "Content-Type", safe_type(response.content_type));
  if (facts.chunked) append(out, "Transfer-Encoding", "chunked");
  else if (facts.content_length && has_body(status))
    append(out, "Content-Length", std::to_string(*facts.content_length));
  if (!facts.keep_alive) append(out, "Connection", "close");
  else if (facts.http_10) append(out, "Connection", "keep-alive");
  return out.append("\r\n");
}

std::string websocket_accept(std::string_view key) {
  const std::string text = std::string(key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha1(), nullptr);
  std::array<unsigned char, 64> out{};
  const int length = EVP_EncodeBlock(out.data(), digest.data(), static_cast<int>(size));
  return {reinterpret_cast<const char*>(out.data()), static_cast<std::size_t>(length)};
}

bool asks_for_websocket(const Request& request) {
  return request.method == "GET" && names_token(request.headers.get("Connection"), "upgrade") &&
         names_token(request.headers.get("Upgrade"), "websocket") &&
         request.headers.get("Sec-WebSocket-Version") == "13" && request.headers.get("Sec-WebSocket-Key").size() == 24;
}

}  // namespace cairn::http
