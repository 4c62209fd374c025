#include "extract_worker/mime.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>

#include "base/utf8.h"
#include "extract_worker/encoding.h"

namespace cairn::extraction {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

std::string_view trim(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

int base64_value(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+' || c == '-') return 62;
  if (c == '/' || c == '_') return 63;
  return -1;
}

/// Anything outside the alphabet is skipped, as RFC 2045 (6.8) asks.
std::string decode_base64(std::string_view text) {
  std::string out;
  out.reserve(text.size() * 3 / 4);
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    const int value = base64_value(c);
    if (c == '=') break;
    if (value < 0) continue;
    bits = bits << 6 | static_cast<std::uint32_t>(value);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    out += static_cast<char>(bits >> count & 0xff);
  }
  return out;
}

/// `marker` is '=' in bodies and header words, '%' in RFC 2231 parameters.
std::string decode_hex_marks(std::string_view text, char marker, bool underscore_is_space) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == marker && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 && hex_value(text[i + 2]) >= 0) {
      out += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
      i += 2;
    } else if (marker == '=' && text[i] == '=' && i + 1 < text.size() && (text[i + 1] == '\n' || text[i + 1] == '\r')) {
      i += text.substr(i + 1).starts_with("\r\n") ? 2 : 1;
    } else {
      out += underscore_is_space && text[i] == '_' ? ' ' : text[i];
    }
  }
  return out;
}

/// "=?charset?B?…?=" at `at`; moves past it, or returns false.
bool encoded_word(std::string_view raw, std::size_t& at, std::string& out) {
  const std::size_t charset_end = raw.find('?', at + 2);
  if (charset_end == raw.npos || charset_end + 2 >= raw.size() || raw[charset_end + 2] != '?') return false;
  const std::size_t end = raw.find("?=", charset_end + 3);
  if (end == raw.npos) return false;
  std::string_view charset = raw.substr(at + 2, charset_end - at - 2);
  charset = charset.substr(0, charset.find('*'));
  const std::string_view coded = raw.substr(charset_end + 3, end - charset_end - 3);
  const char kind = static_cast<char>(std::tolower(static_cast<unsigned char>(raw[charset_end + 1])));
  if (kind != 'b' && kind != 'q') return false;
  out += decode_text(kind == 'b' ? decode_base64(coded) : decode_hex_marks(coded, '=', true), charset).utf8;
  at = end + 2;
  return true;
}

/// Value of one parameter segment: up to ';', with quotes removed.
std::string parameter_value(std::string_view text) {
  text = trim(text);
  if (!text.starts_with('"')) return std::string(trim(text.substr(0, text.find(';'))));
  std::string out;
  for (std::size_t i = 1; i < text.size() && text[i] != '"'; ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) ++i;
    out += text[i];
  }
  return out;
}

/// Finds "; name=" outside quotes.
bool find_parameter(std::string_view field, const std::string& name, std::string& value) {
  bool quoted = false;
  for (std::size_t i = 0; i < field.size(); ++i) {
    if (field[i] == '"') quoted = !quoted;
    if (quoted || field[i] != ';') continue;
    const std::size_t equals = field.find('=', i);
    if (equals == field.npos) return false;
    if (lower(trim(field.substr(i + 1, equals - i - 1))) != name) continue;
    value = parameter_value(field.substr(equals + 1));
    return true;
  }
  return false;
}

std::string decode_rfc2231(const std::string& raw) {
  const std::size_t charset_end = raw.find('\'');
  const std::size_t language_end = charset_end == raw.npos ? raw.npos : raw.find('\'', charset_end + 1);
  if (language_end == raw.npos) return decode_hex_marks(raw, '%', false);
  const std::string bytes = decode_hex_marks(raw.substr(language_end + 1), '%', false);
  return decode_text(bytes, raw.substr(0, charset_end)).utf8;
}

}  // namespace

std::string MimePart::value(std::string_view field) const {
  const auto found = fields.find(std::string(field));
  if (found == fields.end()) return {};
  return lower(trim(std::string_view(found->second).substr(0, found->second.find(';'))));
}

std::string MimePart::parameter(std::string_view field, std::string_view name) const {
  const auto found = fields.find(std::string(field));
  if (found == fields.end()) return {};
  const std::string key(name);
  std::string value;
  if (find_parameter(found->second, key, value)) return decode_header(value);
  if (find_parameter(found->second, key + "*", value)) return decode_rfc2231(value);
  std::string joined;
  bool extended = false;
  for (int i = 0; i < 100; ++i) {
    const std::string number = key + "*" + std::to_string(i);
    if (find_parameter(found->second, number + "*", value)) extended = true;
    else if (!find_parameter(found->second, number, value)) break;
    joined += value;
  }
  return extended ? decode_rfc2231(joined) : joined;
}

std::string MimePart::decoded_body() const {
  const std::string encoding = value("content-transfer-encoding");
  if (encoding == "base64") return decode_base64(body);
  if (encoding == "quoted-printable") return decode_hex_marks(body, '=', false);
  return std::string(body);
}

MimePart parse_part(std::string_view bytes) {
  MimePart part;
  std::string name;
  std::size_t at = 0;
  while (at < bytes.size()) {
    const std::size_t end = std::min(bytes.find('\n', at), bytes.size());
    const std::string_view line = bytes.substr(at, end - at);
    at = std::min(end + 1, bytes.size());
    if (trim(line).empty()) break;
    const bool folded = line[0] == ' ' || line[0] == '\t';
    const std::size_t colon = line.find(':');
    if (folded && !name.empty()) {
      (part.fields[name] += ' ') += trim(line);
    } else if (colon != line.npos) {
      name = lower(trim(line.substr(0, colon)));
      part.fields[name] = trim(line.substr(colon + 1));
    }
  }
  part.body = bytes.substr(at);
  return part;
}

std::vector<std::string_view> split_multipart(std::string_view body, std::string_view boundary) {
  std::vector<std::string_view> parts;
  if (boundary.empty()) return parts;
  const std::string mark = "--" + std::string(boundary);
  std::size_t begin = body.npos;
  for (std::size_t at = body.find(mark); at != body.npos; at = body.find(mark, at + mark.size())) {
    if (at > 0 && body[at - 1] != '\n') continue;
    if (begin != body.npos) parts.push_back(body.substr(begin, at - begin));
    if (body.substr(at + mark.size()).starts_with("--")) return parts;
    const std::size_t line_end = body.find('\n', at);
    if (line_end == body.npos) return parts;
    begin = line_end + 1;
  }
  if (begin != body.npos && begin < body.size()) parts.push_back(body.substr(begin));
  return parts;
}

std::string decode_header(std::string_view raw) {
  std::string out;
  bool after_word = false;
  for (std::size_t at = 0; at < raw.size();) {
    if (raw.substr(at).starts_with("=?") && encoded_word(raw, at, out)) {
      after_word = true;
      continue;
    }
    // White space between two encoded words is not part of the text (RFC 2047, 6.2).
    const std::size_t word = raw.find_first_not_of(" \t\r\n", at);
    if (after_word && word != raw.npos && word > at && raw.substr(word).starts_with("=?")) {
      at = word;
      after_word = false;
      continue;
    }
    after_word = false;
    out += raw[at++];
  }
  return utf8::is_valid(out) ? out : decode_text(out, "").utf8;
}

}  // namespace cairn::extraction
