#include "api/routes/pages.h"

#include <string_view>
#include <utility>

namespace cairn::routes {
namespace {

// Nothing from elsewhere, no code inside of pages: text out of documents cannot become code, whatever a bug shows.
constexpr const char* content_policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' blob: data:; "
    "font-src 'self'; worker-src 'self'; frame-src blob:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

constexpr const char* without_interface =
    "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>Cairn</title>\n"
    "<h1>Cairn is running</h1>\n"
    "<p>This program was built without the web interface; <code>make build</code> includes it.</p>\n"
    "<p>The API is under <code>/v1</code>, described in <a href=\"/openapi.json\">/openapi.json</a>.</p>\n</html>\n";

bool is_page(std::string_view path) {
  if (path == "/v1" || path.starts_with("/v1/")) return false;
  return path.substr(path.rfind('/') + 1).find('.') == path.npos;
}

http::Response with_policy(http::Response response) {
  response.headers.add("Content-Security-Policy", content_policy);
  return response;
}

http::Response explanation() {
  http::Response response;
  response.content_type = "text/html; charset=utf-8";
  response.body = std::string(without_interface);
  return response;
}

}  // namespace

Pages web_pages(std::shared_ptr<const http::StaticFiles> files) {
  return [files = std::move(files)](const http::Request& request) -> std::optional<http::Response> {
    if (request.method != "GET" && request.method != "HEAD") return std::nullopt;
    const std::string_view path = request.path;
    auto reply = is_page(path) ? files->reply(request, "index.html") : files->reply(request, path);
    if (!reply && path == "/") reply = explanation();
    if (reply) return with_policy(std::move(*reply));
    return std::nullopt;
  };
}

}  // namespace cairn::routes
