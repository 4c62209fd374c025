#include "text/fold.h"

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/stringpiece.h>

#include <algorithm>

#include "base/utf8.h"
#include "text/script.h"

namespace cairn::text {
namespace {

bool is_dropped_control(char32_t c) { return c < 0x20 ? (c < 9 || c > 13) : (c >= 0x7F && c < 0xA0 && c != 0x85); }

std::string fold_ascii(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (is_dropped_control(static_cast<unsigned char>(c))) continue;
    out.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c);
  }
  return out;
}

/// Controls go first: what they kept apart may compose.
std::string without_controls(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = at;
    if (!is_dropped_control(utf8::next(text, at))) out.append(text.substr(begin, at - begin));
  }
  return out;
}

}  // namespace

std::string fold(std::string_view text) {
  if (std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; })) return fold_ascii(text);
  const std::string visible = without_controls(text);
  std::string folded;
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* normalizer = icu::Normalizer2::getNFKCCasefoldInstance(status);
  icu::StringByteSink<std::string> sink(&folded);
  if (U_SUCCESS(status)) {
    normalizer->normalizeUTF8(0, icu::StringPiece(visible.data(), static_cast<int32_t>(visible.size())), sink, nullptr,
                              status);
  }
  std::string out;
  out.reserve(folded.size());
  for (std::size_t at = 0; at < folded.size();) utf8::append(out, to_simplified(utf8::next(folded, at)));
  return out;
}

}  // namespace cairn::text
