#include "api/http/message.h"

#include <algorithm>

#include "api/http/text.h"

namespace cairn::http {
namespace {

bool is_token(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("!#$%&'*+-.^_`|~").contains(c);
}

bool is_value(char c) { return c == '\t' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f); }

}  // namespace

bool Headers::add(std::string name, std::string value) {
  if (name.empty() || !std::ranges::all_of(name, is_token) || !std::ranges::all_of(value, is_value)) return false;
  fields_.emplace_back(std::move(name), std::move(value));
  return true;
}

std::string_view Headers::get(std::string_view name) const {
  for (const auto& [known, value] : fields_) {
    if (equals_ignoring_case(known, name)) return value;
  }
  return {};
}

bool Headers::has(std::string_view name) const {
  return std::ranges::any_of(fields_, [&](const auto& field) { return equals_ignoring_case(field.first, name); });
}

std::string_view Request::query_value(std::string_view name) const {
  for (const auto& [known, value] : query) {
    if (known == name) return value;
  }
  return {};
}

}  // namespace cairn::http
