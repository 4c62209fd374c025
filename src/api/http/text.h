#pragma once

#include <algorithm>
#include <string_view>

namespace cairn::http {

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

constexpr bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower, lower);
}

constexpr std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

/// Takes the part before the next `separator`, trimmed, off the front of `list`.
constexpr std::string_view next_part(std::string_view& list, char separator) {
  const auto end = std::min(list.find(separator), list.size());
  const auto part = list.substr(0, end);
  list.remove_prefix(std::min(end + 1, list.size()));
  return trimmed(part);
}

/// Whether a comma-separated header value names `token`.
constexpr bool names_token(std::string_view list, std::string_view token) {
  while (!list.empty()) {
    if (equals_ignoring_case(next_part(list, ','), token)) return true;
  }
  return false;
}

}  // namespace cairn::http
