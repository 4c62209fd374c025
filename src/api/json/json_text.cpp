#include "api/json/json_text.h"

#include <array>
#include <cmath>

#include "base/utf8.h"

namespace cairn::json_text {
namespace {

/// Whether a byte stands for itself between quotes.
constexpr std::array<bool, 256> make_plain() {
  std::array<bool, 256> plain{};
  for (std::size_t c = 0x20; c < 256; ++c) plain[c] = c != '"' && c != '\\';
  return plain;
}
constexpr std::array<bool, 256> plain = make_plain();

void append_escaped(std::string& out, unsigned char c) {
  constexpr std::string_view digits = "0123456789abcdef";
  switch (c) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\b': out += "\\b"; return;
    case '\f': out += "\\f"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: out.append("\\u00").append(1, digits[c >> 4]).append(1, digits[c & 15]);
  }
}

void append_well_formed(std::string& out, std::string_view text) {
  out += '"';
  std::size_t begun = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (plain[c]) continue;
    out.append(text, begun, i - begun);
    append_escaped(out, c);
    begun = i + 1;
  }
  out.append(text, begun);
  out += '"';
}

}  // namespace

void append(std::string& out, std::string_view text) {
  if (utf8::is_valid(text)) append_well_formed(out, text);
  else append_well_formed(out, utf8::repair(text));
}

void append(std::string& out, double value) {
  if (!std::isfinite(value)) return append_null(out);
  std::array<char, 32> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  const std::string_view text(digits.data(), static_cast<std::size_t>(end - digits.data()));
  out += text;
  if (text.find_first_of(".e") == std::string_view::npos) out += ".0";
}

void append(std::string& out, const nlohmann::json& value) {
  out += value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace cairn::json_text
