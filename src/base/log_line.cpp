#include "base/log_line.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/utf8.h"

namespace cairn {
namespace {

constexpr std::array<std::string_view, 9> secret_keys{
    "authorization", "cookie", "set_cookie", "password", "secret", "token", "api_key", "refresh_token", "access_token"};

/// Characters that end a line, move a cursor or turn the direction of text; a viewer of logs must not obey them.
bool is_control(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x2028 || c == 0x2029 || c == 0x061C || c == 0x200E ||
         c == 0x200F || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

void append_escaped(std::string& out, std::string_view text, bool quoted) {
  const std::string repaired = utf8::is_valid(text) ? std::string() : utf8::repair(text);
  if (!repaired.empty()) text = repaired;
  for (std::size_t i = 0; i < text.size();) {
    const char32_t c = utf8::next(text, i);
    if (quoted && (c == '"' || c == '\\')) out.append({'\\', static_cast<char>(c)});
    else if (is_control(c)) out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    else utf8::append(out, c);
  }
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  append_escaped(out, text, true);
  return out + '"';
}

std::string number(double value) { return std::isfinite(value) ? fmt::format("{}", value) : "null"; }

std::string milliseconds(double value) { return std::isfinite(value) ? fmt::format("{:.3f}", value) : "null"; }

std::string times_json(LogTimes times) {
  std::string out = "{";
  for (const auto& [name, value] : times)
    out.append(out.size() > 1 ? "," : "").append(quoted(name)).append(":").append(milliseconds(value));
  return out + "}";
}

/// What a field's text may show.
std::string shown(const LogField& field, std::string_view text, std::span<const std::string> secrets) {
  if (std::ranges::find(secret_keys, field.key) != secret_keys.end()) return "***";
  return without_secrets(text, secrets);
}

std::string value_json(const LogField& field, std::span<const std::string> secrets) {
  struct Visitor {
    const LogField& field;
    std::span<const std::string> secrets;
    std::string operator()(bool value) const { return value ? "true" : "false"; }
    std::string operator()(std::int64_t value) const { return std::to_string(value); }
    std::string operator()(double value) const { return number(value); }
    std::string operator()(LogTimes value) const { return times_json(value); }
    std::string operator()(std::string_view value) const { return quoted(shown(field, value, secrets)); }
  };
  return std::visit(Visitor{field, secrets}, field.value);
}

/// Bare where that is unambiguous.
std::string value_text(const LogField& field, std::span<const std::string> secrets) {
  const auto* text = std::get_if<std::string_view>(&field.value);
  if (text == nullptr) return value_json(field, secrets);
  std::string out = shown(field, *text, secrets);
  const bool plain = !out.empty() && out.find_first_of(" =\"\\") == std::string::npos;
  std::string escaped;
  append_escaped(escaped, out, false);
  return plain && escaped == out ? out : quoted(out);
}

bool is_token(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("-._~+/=").find(c) != std::string_view::npos;
}

std::size_t token_end(std::string_view text, std::size_t from) {
  while (from < text.size() && is_token(text[from])) ++from;
  return from;
}

bool same_but_case(char a, char b) { return (a | 0x20) == (b | 0x20); }

bool starts_with_ignoring_case(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() && std::ranges::equal(text.substr(0, prefix.size()), prefix, same_but_case);
}

bool is_random(char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'); }

/// Whether a run of token characters is a credential by its looks: a JSON Web Token, or one of Cairn's own keys. These
/// begin like names of metrics, which hold no digits.
bool looks_secret(std::string_view run) {
  if (run.starts_with("eyJ")) return run.size() >= 20 && run.find('.') != std::string_view::npos;
  return run.starts_with("cairn_") && run.size() >= 26 && std::ranges::any_of(run, is_random);
}

/// How much of `text` at `at` introduces a credential: "Bearer ", "password=". 0: it does not, as in "a basic idea".
std::size_t introduction(std::string_view text, std::size_t at) {
  static constexpr std::array<std::string_view, 6> assignments{
      "password=", "token=", "secret=", "api_key=", "apikey=", "signature="};
  static constexpr std::array<std::string_view, 2> schemes{"bearer ", "basic "};
  const std::string_view rest = text.substr(at);
  for (const std::string_view words : assignments)
    if (starts_with_ignoring_case(rest, words)) return words.size();
  for (const std::string_view words : schemes) {
    if (!starts_with_ignoring_case(rest, words)) continue;
    const std::string_view run = rest.substr(words.size(), token_end(rest, words.size()) - words.size());
    if (run.size() >= 16 || std::ranges::any_of(run, is_random)) return words.size();
  }
  return 0;
}

/// https://user:password@host → https://***@host
void blank_url_password(std::string& text) {
  for (std::size_t at = text.find("://"); at != std::string::npos; at = text.find("://", at + 3)) {
    const std::size_t end = std::min(text.find_first_of("/?# \"", at + 3), text.size());
    const std::size_t sign = text.substr(0, end).rfind('@');
    if (sign != std::string::npos && sign > at + 3) text.replace(at + 3, sign - at - 3, "***");
  }
}

}  // namespace

std::string without_secrets(std::string_view text, std::span<const std::string> secrets) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    if (const std::size_t words = introduction(text, i); words > 0 && token_end(text, i + words) > i + words) {
      out.append(text.substr(i, words)).append("***");
      i = token_end(text, i + words);
    } else if (const bool begins = is_token(text[i]) && (i == 0 || !is_token(text[i - 1]));
               begins && looks_secret(text.substr(i, token_end(text, i) - i))) {
      out += "***";
      i = token_end(text, i);
    } else {
      out += text[i++];
    }
  }
  blank_url_password(out);
  for (const std::string& secret : secrets)
    if (!secret.empty())
      for (std::size_t at = out.find(secret); at != std::string::npos; at = out.find(secret, at + 3))
        out.replace(at, secret.size(), "***");
  return out;
}

std::string log_line_json(TimePoint time, LogLevel level, std::string_view message, LogFields fields,
                          std::span<const std::string> secrets) {
  std::string out = fmt::format(R"({{"time":"{}","level":"{}","message":{})", to_rfc3339(time), to_string(level),
                                quoted(without_secrets(message, secrets)));
  for (const LogField& field : fields)
    out.append(",").append(quoted(field.key)).append(":").append(value_json(field, secrets));
  return out + "}";
}

std::string log_line_text(TimePoint time, LogLevel level, std::string_view message, LogFields fields,
                          std::span<const std::string> secrets) {
  std::string out = to_rfc3339(time).substr(11, 12);
  out.append(" ").append(to_string(level)).append(" ");
  append_escaped(out, without_secrets(message, secrets), false);
  for (const LogField& field : fields)
    out.append(&field == fields.data() ? "  " : " ").append(field.key).append("=").append(value_text(field, secrets));
  return out;
}

}  // namespace cairn
