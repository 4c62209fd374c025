#include "api/routes/response_headers.h"

#include <algorithm>

#include "base/trace.h"

namespace cairn::routes {
namespace {

bool is_allowed(std::string_view origin, const std::vector<std::string>& allowed_origins) {
  return !origin.empty() && std::ranges::find(allowed_origins, origin) != allowed_origins.end();
}

void add_missing(http::Headers& headers, const char* name, const char* value) {
  if (!headers.has(name)) headers.add(name, value);
}

}  // namespace

std::string joined(const std::vector<std::string>& methods) {
  std::string text;
  for (const std::string& method : methods) text += (text.empty() ? "" : ", ") + method;
  return text;
}

void add_common_headers(const http::Request& request, const std::vector<std::string>& allowed_origins,
                        http::Response& response) {
  http::Headers& headers = response.headers;
  if (request.trace) headers.add("traceparent", to_traceparent(request.trace->context()));
  headers.add("X-Content-Type-Options", "nosniff");
  headers.add("X-Frame-Options", "DENY");
  headers.add("Referrer-Policy", "no-referrer");
  add_missing(headers, "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
  add_missing(headers, "Cache-Control", "no-store");
  if (request.secure) headers.add("Strict-Transport-Security", "max-age=31536000");
  if (allowed_origins.empty()) return;
  headers.add("Vary", "Origin");
  const std::string_view origin = request.headers.get("Origin");
  if (!is_allowed(origin, allowed_origins)) return;
  headers.add("Access-Control-Allow-Origin", std::string(origin));
  headers.add("Access-Control-Expose-Headers",
              "Content-Disposition, ETag, Mcp-Session-Id, Retry-After, traceparent, X-Request-Id");
}

http::Response options_response(const http::Request& request, const std::vector<std::string>& allowed_methods,
                                const std::vector<std::string>& allowed_origins) {
  http::Response response;
  response.status = 204;
  response.content_type.clear();
  std::vector<std::string> methods = allowed_methods;
  methods.emplace_back("OPTIONS");
  response.headers.add("Allow", joined(methods));
  const bool preflight = request.headers.has("Access-Control-Request-Method");
  if (!preflight || !is_allowed(request.headers.get("Origin"), allowed_origins)) return response;
  response.headers.add("Access-Control-Allow-Methods", joined(allowed_methods));
  response.headers.add("Access-Control-Allow-Headers",
                       "Authorization, Content-Type, If-None-Match, Last-Event-ID, Mcp-Method, Mcp-Name, "
                       "MCP-Protocol-Version, Mcp-Session-Id, Range");
  response.headers.add("Access-Control-Max-Age", "600");
  return response;
}

}  // namespace cairn::routes
