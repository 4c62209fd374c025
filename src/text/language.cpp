#include "text/language.h"

#include <cld2/public/compact_lang_det.h>
#include <cld2/public/encodings.h>
#include <unicode/uchar.h>
#include <unicode/uscript.h>

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "base/utf8.h"
#include "text/fold.h"
#include "text/script.h"
#include "text/stop_words.h"

namespace cairn::text {
namespace {

constexpr std::size_t kMaxBytes = 64 * 1024;
constexpr std::string_view kUndetermined = "und";

struct Letters {
  std::size_t total = 0, latin = 0, han = 0, kana = 0, hangul = 0;
  std::size_t traditional = 0, simplified = 0;
  std::array<std::size_t, USCRIPT_CODE_LIMIT> other{};
};

Letters count_letters(std::string_view text) {
  Letters letters;
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = utf8::next(text, at);
    if (c < 0x80 ? !((c | 32) >= 'a' && (c | 32) <= 'z') : !u_isalpha(static_cast<UChar32>(c))) continue;
    ++letters.total;
    if (c < 0x250) ++letters.latin;
    else if (is_han(c)) {
      ++letters.han;
      if (to_simplified(c) != c) ++letters.traditional;
      else if (is_simplified_form(c)) ++letters.simplified;
    } else if (is_kana(c)) ++letters.kana;
    else if (is_hangul(c)) ++letters.hangul;
    else {
      UErrorCode status = U_ZERO_ERROR;
      const UScriptCode script = uscript_getScript(static_cast<UChar32>(c), &status);
      if (U_SUCCESS(status) && script >= 0 && script < USCRIPT_CODE_LIMIT) ++letters.other[script];
    }
  }
  return letters;
}

/// Traditional text also uses many characters that are the Simplified form of another one (后, 里, 台), Simplified text
/// hardly ever a Traditional form; so one clear sign for Traditional weighs more.
std::string chinese(const Letters& letters) {
  return 2 * letters.traditional > letters.simplified ? "zh-Hant" : "zh-Hans";
}

/// Scripts that are written by one language, or by one far more than by any other.
std::optional<std::string> by_script(const Letters& letters) {
  // An ideograph says about as much as a word of two letters or more.
  const std::size_t east_asian = letters.han + letters.kana + letters.hangul;
  if (east_asian > 0 && 3 * east_asian >= letters.latin) {
    if (letters.hangul > letters.han + letters.kana) return "ko";
    if (5 * letters.kana > letters.han) return "ja";
    return chinese(letters);
  }
  static constexpr std::pair<UScriptCode, const char*> kScripts[] = {
      {USCRIPT_THAI, "th"},     {USCRIPT_HEBREW, "he"},    {USCRIPT_GREEK, "el"},  {USCRIPT_ARMENIAN, "hy"},
      {USCRIPT_GEORGIAN, "ka"}, {USCRIPT_KHMER, "km"},     {USCRIPT_LAO, "lo"},    {USCRIPT_MYANMAR, "my"},
      {USCRIPT_TAMIL, "ta"},    {USCRIPT_TELUGU, "te"},    {USCRIPT_ARABIC, "ar"}, {USCRIPT_CYRILLIC, "ru"},
      {USCRIPT_BENGALI, "bn"},  {USCRIPT_DEVANAGARI, "hi"}};
  for (const auto& [script, language] : kScripts) {
    if (2 * letters.other[script] > letters.total) return language;
  }
  return std::nullopt;
}

/// cld2's verdict, where it is sure of one. It counts bytes, of which an ideograph has three, so a few Chinese names in
/// English text can outweigh the rest: then its next language is taken.
std::optional<std::string> by_statistics(std::string_view text, bool mostly_latin) {
  CLD2::Language languages[3];
  int percent[3];
  double scores[3];
  int text_bytes = 0;
  bool reliable = false;
  const CLD2::CLDHints hints{nullptr, nullptr, CLD2::UNKNOWN_ENCODING, CLD2::UNKNOWN_LANGUAGE};
  CLD2::Language language = CLD2::ExtDetectLanguageSummary(text.data(), static_cast<int>(text.size()), true, &hints, 0,
                                                           languages, percent, scores, nullptr, &text_bytes, &reliable);
  const auto is_east_asian = [](CLD2::Language l) {
    return l == CLD2::CHINESE || l == CLD2::CHINESE_T || l == CLD2::JAPANESE || l == CLD2::KOREAN;
  };
  if (mostly_latin && is_east_asian(language)) language = is_east_asian(languages[1]) ? languages[2] : languages[1];
  if (!reliable || language == CLD2::UNKNOWN_LANGUAGE) return std::nullopt;
  const std::string tag = CLD2::LanguageCode(language);
  if (tag == "iw") return "he";
  if (tag == "no") return "nb";
  return tag;
}

/// For a few words of Latin or Cyrillic letters: whose function words are they?
std::optional<std::string> by_stop_words(std::string_view text) {
  const std::string folded = fold(text.substr(0, std::min<std::size_t>(text.size(), 2048)));
  std::vector<std::string_view> words;
  for (std::size_t begin = 0; begin < folded.size();) {
    const std::size_t end = std::min(folded.find_first_of(" \t\r\n.,;:!?()\"'", begin), folded.size());
    if (end > begin) words.push_back(std::string_view(folded).substr(begin, end - begin));
    begin = end + 1;
  }
  std::string best;
  std::size_t most = 0;
  for (const std::string_view language : stop_word_languages()) {
    const std::size_t found = count_stop_words(language, words);
    if (found > most) {
      most = found;
      best = language;
    }
  }
  // One word in common is chance unless the text is hardly longer.
  return most > 1 || (most == 1 && words.size() <= 6) ? std::optional(best) : std::nullopt;
}

std::string_view beginning(std::string_view text) {
  if (text.size() <= kMaxBytes) return text;
  std::size_t end = kMaxBytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end);
}

}  // namespace

std::string detect_language(std::string_view text) {
  const std::string_view sample = beginning(text);
  const Letters letters = count_letters(sample);
  if (letters.total == 0) return std::string(kUndetermined);
  const auto script = by_script(letters);
  const auto statistics = by_statistics(sample, 3 * (letters.han + letters.kana + letters.hangul) < letters.latin);
  if (statistics) {
    const bool is_chinese = *statistics == "zh" || *statistics == "zh-Hant";
    if (is_chinese) return chinese(letters);
    // A script that only some language writes overrules statistics of a few bytes.
    if (!script || sample.size() > 200 || letters.other[USCRIPT_CYRILLIC] + letters.other[USCRIPT_ARABIC] > 0) {
      return *statistics;
    }
  }
  if (script) return *script;
  if (const auto words = by_stop_words(sample)) return *words;
  return std::string(kUndetermined);
}

}  // namespace cairn::text
