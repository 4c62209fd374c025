#pragma once

#include <charconv>
#include <concepts>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

// One line of JSON, written straight into text: replies with long texts are most of what a server writes.
namespace cairn::json_text {

/// In quotes; ill-formed UTF-8 (from file names, say) becomes U+FFFD.
void append(std::string& out, std::string_view text);

/// The shortest text that reads back as the same number, with a fraction; null when it is not finite.
void append(std::string& out, double value);

void append(std::string& out, const nlohmann::json& value);

inline void append(std::string& out, bool value) { out += value ? "true" : "false"; }
inline void append(std::string& out, const char* text) { append(out, std::string_view(text)); }
inline void append(std::string& out, const std::string& text) { append(out, std::string_view(text)); }

template <std::integral I>
void append(std::string& out, I value) {
  char digits[24];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
}

inline void append_null(std::string& out) { out += "null"; }

}  // namespace cairn::json_text
