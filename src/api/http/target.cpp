#include "api/http/target.h"

#include <algorithm>

#include "api/http/text.h"
#include "base/utf8.h"

namespace cairn::http {
namespace {

int digit_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (lower(c) >= 'a' && lower(c) <= 'f') return lower(c) - 'a' + 10;
  return -1;
}

Result<std::string> decoded(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus_is_space) out += ' ';
    else if (text[i] != '%') out += text[i];
    else {
      const int high = i + 2 < text.size() ? digit_value(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? digit_value(text[i + 2]) : -1;
      if (high < 0 || low < 0)
        return fail(ErrorKind::invalid, "Write '%' in an address as %25: two hexadecimal digits must follow it.");
      out += static_cast<char>(high * 16 + low);
      i += 2;
    }
  }
  if (out.contains('\0')) return fail(ErrorKind::invalid, "The address holds a NUL character; leave it out.");
  if (!utf8::is_valid(out))
    return fail(ErrorKind::invalid, "The address is not UTF-8; encode it as UTF-8 and then by percent signs.");
  return out;
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

Result<void> check_path(std::string_view path) {
  if (std::ranges::any_of(path, is_control))
    return fail(ErrorKind::invalid, "The address holds a control character; leave it out.");
  auto rest = path.substr(1);
  while (!rest.empty()) {
    const auto end = std::min(rest.find('/'), rest.size());
    const auto segment = rest.substr(0, end);
    if (segment == "." || segment == "..")
      return fail(ErrorKind::invalid, "The address holds a dot segment ('.' or '..'); write the path without it.");
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return {};
}

struct Absolute {
  std::string_view authority, path;
};

/// A proxy's form, `http://host/path`, in its parts.
Absolute parts_of(std::string_view target) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!equals_ignoring_case(target.substr(0, scheme.size()), scheme)) continue;
    target.remove_prefix(scheme.size());
    const auto path = std::min(target.find_first_of("/?"), target.size());
    return {.authority = target.substr(0, path), .path = path == target.size() ? "/" : target.substr(path)};
  }
  return {.authority = {}, .path = target};
}

}  // namespace

std::string_view authority_of(std::string_view target) { return parts_of(target).authority; }

Result<void> read_target(std::string_view target, Request& request) {
  request.target = target;
  auto rest = parts_of(target).path;
  if (rest.contains('#'))
    return fail(ErrorKind::invalid, "The address holds a fragment ('#'), which is for the browser alone.");
  const auto mark = std::min(rest.find('?'), rest.size());
  auto path = rest.substr(0, mark);
  if (path.empty() && mark < rest.size()) path = "/";
  if (!path.starts_with('/'))
    return fail(ErrorKind::invalid, "The request's target must be a path that starts with '/'.");
  CAIRN_TRY(request.path, decoded(path, false));
  CAIRN_CHECK(check_path(request.path));

  auto query = mark < rest.size() ? rest.substr(mark + 1) : std::string_view{};
  while (!query.empty()) {
    const auto end = std::min(query.find('&'), query.size());
    const auto pair = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    if (pair.empty()) continue;
    const auto equals = std::min(pair.find('='), pair.size());
    CAIRN_TRY(auto name, decoded(pair.substr(0, equals), true));
    CAIRN_TRY(auto value, decoded(equals < pair.size() ? pair.substr(equals + 1) : std::string_view{}, true));
    request.query.emplace_back(std::move(name), std::move(value));
  }
  return {};
}

}  // namespace cairn::http
