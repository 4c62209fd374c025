#include "app/query_language.h"

#include <algorithm>

#include "base/utf8.h"
#include "text/fold.h"
#include "text/language.h"

namespace cairn {
namespace {

constexpr std::size_t max_embedded_bytes = 8192;

bool is_white_space(char32_t c) {
  return c <= 0x20 || c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200B) || c == 0x2028 ||
         c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000 || c == 0xFEFF;
}

/// Kana, Hangul and ideographs with their extensions (Unicode blocks).
bool is_cjk(char32_t c) {
  return (c >= 0x3040 && c <= 0x30FF) || (c >= 0x3400 && c <= 0x4DBF) || (c >= 0x4E00 && c <= 0x9FFF) ||
         (c >= 0xAC00 && c <= 0xD7A3) || (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x20000 && c <= 0x3FFFF);
}

/// Enough of a query to tell, cut between two code points.
std::string_view beginning(std::string_view text) {
  if (text.size() <= max_embedded_bytes) return text;
  std::size_t end = max_embedded_bytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end);
}

bool is_cjk_language(std::string_view tag) { return tag == "zh" || tag == "ja" || tag == "ko"; }

}  // namespace

bool QueryLanguage::suits(const std::vector<std::string>& model_languages) const {
  if (model_languages.empty()) return true;
  return std::ranges::any_of(model_languages, [&](const std::string& tag) { return is_cjk_language(tag) == cjk; });
}

QueryLanguage query_language(std::string_view query) {
  const std::string_view text = beginning(query);
  std::size_t cjk = 0, others = 0;
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = utf8::next(text, at);
    if (is_cjk(c)) ++cjk;
    else if (!is_white_space(c)) ++others;
  }
  QueryLanguage language;
  language.cjk = cjk > 0 && 4 * cjk >= others;
  if (!language.cjk) return language;
  const std::string detected = text::detect_language(text);
  if (detected == "zh-Hans" || detected == "zh-Hant") language.script = detected;
  return language;
}

std::string embedded_query(std::string_view query, const QueryLanguage& language) {
  const std::string_view text = beginning(query);
  return language.cjk ? text::fold(text) : std::string(text);
}

bool is_blank(std::string_view text) {
  for (std::size_t at = 0; at < text.size();)
    if (!is_white_space(utf8::next(text, at))) return false;
  return true;
}

}  // namespace cairn
