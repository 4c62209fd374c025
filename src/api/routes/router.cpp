#include "api/routes/router.h"

#include <algorithm>
#include <optional>

namespace cairn::routes {
namespace {

bool is_parameter(std::string_view segment) { return segment.starts_with('{'); }

std::vector<std::string_view> split(std::string_view path) {
  std::vector<std::string_view> segments;
  if (path.starts_with('/')) path.remove_prefix(1);
  while (true) {
    const std::size_t end = path.find('/');
    segments.push_back(path.substr(0, end));
    if (end == std::string_view::npos) return segments;
    path.remove_prefix(end + 1);
  }
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// The transport has refused what is not well-formed; what looks like no escape stays as it is.
std::string decoded(std::string_view segment) {
  std::string text;
  for (std::size_t i = 0; i < segment.size(); ++i) {
    const bool escape = segment[i] == '%' && i + 2 < segment.size();
    const int high = escape ? hex_digit(segment[i + 1]) : -1, low = escape ? hex_digit(segment[i + 2]) : -1;
    if (high >= 0 && low >= 0) {
      text.push_back(static_cast<char>(high << 4 | low));
      i += 2;
    } else {
      text.push_back(segment[i]);
    }
  }
  return text;
}

bool fits(const std::vector<std::string>& pattern, const std::vector<std::string>& segments) {
  if (pattern.size() != segments.size()) return false;
  for (std::size_t i = 0; i < pattern.size(); ++i)
    if (is_parameter(pattern[i]) ? segments[i].empty() : pattern[i] != segments[i]) return false;
  return true;
}

/// The segments of a request's path. Taken from the target as sent, where an encoded slash is still one.
std::vector<std::string> segments_of(const http::Request& request) {
  std::vector<std::string> segments;
  if (!request.target.starts_with('/')) {
    for (const std::string_view segment : split(request.path)) segments.emplace_back(segment);
    return segments;
  }
  const std::string_view target = request.target;
  for (const std::string_view segment : split(target.substr(0, target.find_first_of("?#"))))
    segments.push_back(decoded(segment));
  return segments;
}

}  // namespace

std::vector<std::string> parameter_names(std::string_view path) {
  std::vector<std::string> names;
  for (const std::string_view segment : split(path))
    if (is_parameter(segment)) names.emplace_back(segment.substr(1, segment.size() - 2));
  return names;
}

Router::Router(const RouteTable& table) {
  for (const Route& route : table.all()) {
    Pattern pattern{.route = &route, .segments = {}, .parameters = parameter_names(route.path).size()};
    for (const std::string_view segment : split(route.path)) pattern.segments.emplace_back(segment);
    patterns_.push_back(std::move(pattern));
  }
  std::ranges::stable_sort(patterns_, {}, &Pattern::parameters);
}

Router::Match Router::match(http::Request& request) const {
  const std::vector<std::string> segments = segments_of(request);
  const std::string_view method = request.method == "HEAD" ? "GET" : std::string_view(request.method);
  Match match;
  std::optional<std::size_t> parameters;  // Of the path that fits best; others are different resources.
  for (const Pattern& pattern : patterns_) {
    if (parameters && pattern.parameters != *parameters) break;
    if (!fits(pattern.segments, segments)) continue;
    parameters = pattern.parameters;
    match.allowed.push_back(pattern.route->method);
    if (pattern.route->method == "GET") match.allowed.emplace_back("HEAD");
    if (pattern.route->method != method) continue;
    match.route = pattern.route;
    for (std::size_t i = 0; i < segments.size(); ++i)
      if (const std::string& name = pattern.segments[i]; is_parameter(name))
        request.parameters[name.substr(1, name.size() - 2)] = segments[i];
  }
  return match;
}

}  // namespace cairn::routes
