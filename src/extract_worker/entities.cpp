#include "extract_worker/entities.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "base/utf8.h"

namespace cairn::extraction {
namespace {

/// From the table of named character references in the HTML standard: those of XML, and the common ones of prose.
constexpr std::pair<std::string_view, char32_t> kNamed[] = {
    {"amp", '&'},      {"lt", '<'},       {"gt", '>'},       {"quot", '"'},      {"apos", '\''},    {"nbsp", 0xa0},
    {"copy", 0xa9},    {"reg", 0xae},     {"deg", 0xb0},     {"plusmn", 0xb1},   {"middot", 0xb7},  {"times", 0xd7},
    {"divide", 0xf7},  {"frac12", 0xbd},  {"sup2", 0xb2},    {"sup3", 0xb3},     {"sect", 0xa7},    {"para", 0xb6},
    {"laquo", 0xab},   {"raquo", 0xbb},   {"iexcl", 0xa1},   {"iquest", 0xbf},   {"cent", 0xa2},    {"pound", 0xa3},
    {"yen", 0xa5},     {"euro", 0x20ac},  {"ndash", 0x2013}, {"mdash", 0x2014},  {"lsquo", 0x2018}, {"rsquo", 0x2019},
    {"ldquo", 0x201c}, {"rdquo", 0x201d}, {"bull", 0x2022},  {"hellip", 0x2026}, {"trade", 0x2122}, {"larr", 0x2190},
    {"rarr", 0x2192},  {"auml", 0xe4},    {"ouml", 0xf6},    {"uuml", 0xfc},     {"Auml", 0xc4},    {"Ouml", 0xd6},
    {"Uuml", 0xdc},    {"szlig", 0xdf},   {"eacute", 0xe9},  {"egrave", 0xe8},   {"agrave", 0xe0},  {"ccedil", 0xe7},
    {"ntilde", 0xf1},  {"aacute", 0xe1},  {"iacute", 0xed},  {"oacute", 0xf3},   {"uacute", 0xfa},  {"le", 0x2264},
    {"ge", 0x2265},    {"ne", 0x2260},    {"minus", 0x2212}, {"micro", 0xb5},    {"shy", 0xad},     {"thinsp", 0x2009},
    {"ensp", 0x2002},  {"emsp", 0x2003},  {"prime", 0x2032}, {"infin", 0x221e},  {"alpha", 0x3b1},  {"beta", 0x3b2},
};

/// 0 where `name` is no character.
char32_t character_of(std::string_view name) {
  if (name.starts_with('#')) {
    name.remove_prefix(1);
    int base = 10;
    if (name.starts_with('x') || name.starts_with('X')) name.remove_prefix(1), base = 16;
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), value, base);
    const bool whole = error == std::errc() && end == name.data() + name.size();
    const bool scalar = value > 0 && value < 0x110000 && !(value >= 0xd800 && value < 0xe000);
    return whole && scalar ? value : 0;
  }
  const auto* found = std::ranges::find(kNamed, name, &std::pair<std::string_view, char32_t>::first);
  return found != std::end(kNamed) ? found->second : 0;
}

}  // namespace

std::string decode_entities(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t mark = std::min(text.find('&', at), text.size());
    out.append(text, at, mark - at);
    at = mark;
    if (at == text.size()) break;
    const std::size_t end = text.substr(0, std::min(text.size(), at + 12)).find(';', at);
    const char32_t c = end == text.npos ? 0 : character_of(text.substr(at + 1, end - at - 1));
    if (c != 0) utf8::append(out, c);
    else out += '&';
    at = c != 0 ? end + 1 : at + 1;
  }
  return out;
}

}  // namespace cairn::extraction
