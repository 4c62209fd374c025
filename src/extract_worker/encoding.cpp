#include "extract_worker/encoding.h"

#include <uchardet/uchardet.h>
#include <unicode/ucnv.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <memory>
#include <optional>

#include "base/utf8.h"
#include "extract_worker/text_cleaning.h"

namespace cairn::extraction {
namespace {

/// Enough to recognise an encoding; the whole file would tell little more.
constexpr std::size_t kSampleBytes = 64 * 1024;

using Converter = std::unique_ptr<UConverter, decltype(&ucnv_close)>;

Converter open_converter(std::string_view name) {
  UErrorCode status = U_ZERO_ERROR;
  Converter converter(ucnv_open(std::string(name).c_str(), &status), &ucnv_close);
  if (U_FAILURE(status)) converter.reset();
  return converter;
}

/// Converts piecewise through UTF-16 so that the memory stays at one buffer beside the result.
std::string convert(std::string_view bytes, UConverter* converter) {
  std::string out;
  out.reserve(bytes.size() + bytes.size() / 2);
  std::array<char16_t, 8192> units;
  const char* source = bytes.data();
  const char* const end = source + bytes.size();
  char32_t high = 0;
  for (bool more = true; more;) {
    UErrorCode status = U_ZERO_ERROR;
    char16_t* target = units.data();
    ucnv_toUnicode(converter, &target, units.data() + units.size(), &source, end, nullptr, true, &status);
    for (const char16_t* unit = units.data(); unit != target; ++unit) {
      if (*unit >= 0xd800 && *unit < 0xdc00) {
        high = *unit;
      } else if (*unit >= 0xdc00 && *unit < 0xe000) {
        utf8::append(out, high ? 0x10000 + ((high - 0xd800) << 10) + (*unit - 0xdc00) : U'\ufffd');
        high = 0;
      } else {
        utf8::append(out, *unit);
        high = 0;
      }
    }
    more = status == U_BUFFER_OVERFLOW_ERROR;
  }
  return out;
}

/// How likely `c` is in text that a person wrote, in tenths of a point. The Chinese characters are the most frequent
/// ones of both scripts (Jun Da, Modern Chinese Character Frequency List, ranks 1-100, and their Traditional forms).
int plausibility(char32_t c) {
  static constexpr std::u32string_view kFrequent =
      U"的一是不了在人有我他这这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里"
      U"用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实"
      U"日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重並們個這來為國說時會對"
      U"後裡種經麼學現當沒動還進樣開從實軍無與長機關點業將兩間問於過發請須員司";
  if (c == U'\ufffd' || (c >= 0xe000 && c <= 0xf8ff) || (c < 0x20 && c != '\n' && c != '\t' && c != '\r')) return -60;
  if (c >= 0x80 && c < 0xa0) return -40;
  if (c < 0x80) return 0;
  if (c >= 0x3041 && c <= 0x30ff) return 12;
  if (c >= 0xff66 && c <= 0xff9d) return 1;
  if ((c >= 0x3001 && c <= 0x3011) || (c >= 0xff01 && c <= 0xff5e)) return 10;
  if (c >= 0x4e00 && c <= 0x9fff) return kFrequent.find(c) != kFrequent.npos ? 20 : 2;
  if (c >= 0xac00 && c <= 0xd7a3) return 8;
  if ((c >= 0xc0 && c <= 0x24f) || (c >= 0x2018 && c <= 0x2026)) return 3;
  if ((c >= 0x400 && c <= 0x45f) || (c >= 0x3b1 && c <= 0x3c9)) return 5;
  return c >= 0x2e80 ? -6 : -3;
}

/// Mean plausibility of what is not ASCII, and whether the bytes fit at all.
int score(std::string_view decoded) {
  long total = 0;
  long counted = 0;
  for (std::size_t at = 0; at < decoded.size();) {
    const char32_t c = utf8::next(decoded, at);
    if (c < 0x80 && c >= 0x20) continue;
    if (c == '\n' || c == '\r' || c == '\t') continue;
    total += plausibility(c);
    ++counted;
  }
  return counted == 0 ? 0 : static_cast<int>(total * 100 / counted);
}

/// A sample must not end inside a character, or the right candidate would be blamed: cut after the last line end.
std::string_view sample_of(std::string_view bytes) {
  if (bytes.size() <= kSampleBytes) return bytes;
  const std::size_t cut = bytes.rfind('\n', kSampleBytes);
  return bytes.substr(0, cut == bytes.npos || cut < kSampleBytes / 2 ? kSampleBytes : cut + 1);
}

std::string uchardet_opinion(std::string_view sample) {
  std::unique_ptr<std::remove_pointer_t<uchardet_t>, decltype(&uchardet_delete)> detector(uchardet_new(),
                                                                                          &uchardet_delete);
  if (!detector || uchardet_handle_data(detector.get(), sample.data(), sample.size()) != 0) return {};
  uchardet_data_end(detector.get());
  return uchardet_get_charset(detector.get());
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

/// Browsers and mail programs mean the larger set when they name the smaller one (WHATWG Encoding, "names and labels").
std::string canonical_name(std::string_view name) {
  const std::string key = lower(name);
  if (key == "iso-8859-1" || key == "latin1" || key == "us-ascii" || key == "ascii") return "windows-1252";
  if (key == "gb2312" || key == "gbk" || key == "gb_2312-80" || key == "x-gbk") return "gb18030";
  if (key == "shift_jis" || key == "shift-jis" || key == "sjis" || key == "x-sjis") return "windows-31j";
  if (key == "big5") return "Big5";
  if (key.starts_with("windows-125")) return key;
  if (key == "iso-8859-9") return "windows-1254";
  if (key == "big5-hkscs") return "Big5-HKSCS";
  if (key == "uhc" || key == "ks_c_5601-1987" || key == "euc-kr") return "windows-949";
  return std::string(name);
}

std::string display_name(const std::string& name) {
  if (name == "windows-31j") return "Shift_JIS";
  if (name == "gb18030") return "GB18030";
  return name;
}

std::optional<DecodedText> by_byte_order_mark(std::string_view bytes) {
  const auto starts = [&](std::string_view mark) { return bytes.starts_with(mark); };
  if (starts("\xef\xbb\xbf")) return DecodedText{utf8::repair(bytes.substr(3)), "UTF-8"};
  if (starts({"\xff\xfe\0\0", 4})) return DecodedText{decode_named(bytes.substr(4), "UTF-32LE"), "UTF-32LE"};
  if (starts({"\0\0\xfe\xff", 4})) return DecodedText{decode_named(bytes.substr(4), "UTF-32BE"), "UTF-32BE"};
  if (starts("\xff\xfe")) return DecodedText{decode_named(bytes.substr(2), "UTF-16LE"), "UTF-16LE"};
  if (starts("\xfe\xff")) return DecodedText{decode_named(bytes.substr(2), "UTF-16BE"), "UTF-16BE"};
  return std::nullopt;
}

/// Share of code units, in percent, that fall into blocks in daily use, read with the high byte at `high_at`.
int daily_units_percent(std::string_view sample, std::size_t high_at) {
  std::size_t good = 0;
  for (std::size_t i = 0; i + 1 < sample.size(); i += 2) {
    const auto high = static_cast<unsigned char>(sample[i + high_at]);
    const auto low = static_cast<unsigned char>(sample[i + 1 - high_at]);
    const bool text_control = high != 0 || low >= 0x20 || low == '\n' || low == '\r' || low == '\t';
    good += (high <= 0x06 && text_control) || high == 0x0e || high == 0x20 || high == 0x30 ||
            (high >= 0x4e && high <= 0x9f) || (high >= 0xac && high <= 0xdf) || high == 0xff || high == 0x01;
  }
  return static_cast<int>(good * 100 / std::max<std::size_t>(1, sample.size() / 2));
}

/// UTF-16 without a mark: ASCII characters, even if they are only the spaces and line ends of Chinese text, put zero
/// bytes on one side of the units and none on the other.
std::optional<std::string> utf16_without_mark(std::string_view bytes) {
  const std::string_view sample = bytes.substr(0, std::min(bytes.size(), kSampleBytes) & ~std::size_t{1});
  if (bytes.size() % 2 != 0 || sample.size() < 4) return std::nullopt;
  std::array<std::size_t, 2> zeros = {0, 0};
  for (std::size_t i = 0; i < sample.size(); ++i) zeros[i % 2] += sample[i] == '\0';
  if (zeros[0] == zeros[1]) return std::nullopt;
  const std::size_t high_at = zeros[0] > zeros[1] ? 0 : 1;
  if (zeros[1 - high_at] * 20 > zeros[high_at]) return std::nullopt;
  if (daily_units_percent(sample, high_at) < 90) return std::nullopt;
  return high_at == 0 ? "UTF-16BE" : "UTF-16LE";
}

/// Whether the bytes are UTF-8 apart from a few broken places: damage, not another encoding.
bool nearly_utf8(std::string_view bytes) {
  const std::string_view sample = sample_of(bytes);
  const std::string repaired = utf8::repair(sample);
  std::size_t multi_byte = 0;
  std::size_t broken = 0;
  for (std::size_t at = 0; at < repaired.size();) {
    const char32_t c = utf8::next(repaired, at);
    if (c == U'\ufffd') ++broken;
    else if (c >= 0x80) ++multi_byte;
  }
  // One damaged character makes up to three broken places.
  return broken * 8 <= multi_byte;
}

std::string best_legacy_encoding(std::string_view bytes) {
  const std::string_view sample = sample_of(bytes);
  const std::string opinion = canonical_name(uchardet_opinion(sample));
  std::string best = "windows-1252";
  int best_score = -1'000'000;
  const auto consider = [&](const std::string& name, int vote) {
    const std::string decoded = decode_named(sample, name);
    if (decoded.empty()) return;
    if (const int total = score(decoded) + vote; total > best_score) best_score = total, best = name;
  };
  constexpr int kVote = 250;
  for (const char* name : {"windows-1252", "Big5", "gb18030", "windows-31j", "EUC-JP"})
    consider(name, opinion == name ? kVote : 0);
  if (!opinion.empty() && opinion != "UTF-8" && opinion != "ASCII") consider(opinion, kVote);
  return best;
}

}  // namespace

std::string decode_named(std::string_view bytes, std::string_view encoding) {
  const auto converter = open_converter(canonical_name(encoding));
  return converter ? convert(bytes, converter.get()) : std::string();
}

std::string declared_in_markup(std::string_view bytes) {
  const std::string head = lower(bytes.substr(0, 4096));
  const auto value_after = [&](std::string_view key) -> std::string {
    std::size_t at = head.find(key);
    if (at == head.npos) return {};
    at = head.find_first_not_of(" \t\"'=", at + key.size());
    if (at == head.npos) return {};
    const std::size_t end = head.find_first_of(" \t\r\n\"'>?;/", at);
    return end == head.npos || end - at > 40 ? std::string() : head.substr(at, end - at);
  };
  if (head.starts_with("<?xml")) {
    const auto name = value_after("encoding=");
    if (!name.empty() && head.find("encoding=") < head.find("?>")) return name;
  }
  return value_after("charset=");
}

DecodedText decode_text(std::string_view bytes, std::string_view declared) {
  if (auto marked = by_byte_order_mark(bytes)) return std::move(*marked);
  if (const auto name = utf16_without_mark(bytes)) return {decode_named(bytes, *name), *name};
  if (utf8::is_valid(bytes)) return {std::string(bytes), "UTF-8"};
  if (!declared.empty()) {
    const std::string name = canonical_name(declared);
    if (lower(name) == "utf-8" && nearly_utf8(bytes)) return {utf8::repair(bytes), "UTF-8"};
    const std::string decoded = lower(name) == "utf-8" ? std::string() : decode_named(bytes, name);
    if (!decoded.empty() && score(decoded.substr(0, decoded.find('\0'))) > -500) return {decoded, display_name(name)};
  }
  if (nearly_utf8(bytes)) return {utf8::repair(bytes), "UTF-8"};
  const std::string name = best_legacy_encoding(bytes);
  return {decode_named(bytes, name), display_name(name)};
}

}  // namespace cairn::extraction
