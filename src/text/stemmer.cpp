#include "text/stemmer.h"

#include <libstemmer.h>
#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/stringpiece.h>
#include <unicode/uchar.h>

#include <algorithm>

#include "base/utf8.h"

namespace cairn::text {
namespace {

constexpr std::size_t kMostRemembered = 50000;

std::string_view primary(std::string_view language) { return language.substr(0, language.find('-')); }

/// Languages that Snowball stems, by tag; Norwegian has two.
constexpr std::string_view kLanguages[] = {"ar", "ca", "da", "de", "el", "en", "es", "eu", "fi", "fr",
                                           "ga", "hi", "hu", "hy", "id", "it", "lt", "nb", "ne", "nl",
                                           "nn", "no", "pt", "ro", "ru", "sr", "sv", "ta", "tr", "yi"};

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// Drops marks from Latin letters only: in other scripts they are letters of their own (й, が, vowel signs).
std::string without_latin_accents(std::string_view word) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* nfd = icu::Normalizer2::getNFDInstance(status);
  if (U_FAILURE(status)) return std::string(word);
  std::string decomposed, out;
  icu::StringByteSink<std::string> sink(&decomposed);
  nfd->normalizeUTF8(0, icu::StringPiece(word.data(), static_cast<int32_t>(word.size())), sink, nullptr, status);
  bool after_latin = false, other = false;
  for (std::size_t at = 0; at < decomposed.size();) {
    const char32_t c = utf8::next(decomposed, at);
    const bool is_mark = c >= 0x300 && c <= 0x36F;
    if (!is_mark) after_latin = c < 0x250 || (c >= 0x1E00 && c < 0x1F00);
    if (!is_mark && !after_latin) other = true;
    if (!is_mark || !after_latin) utf8::append(out, c);
  }
  return other ? std::string(word) : out;
}

}  // namespace

void Stemmer::Free::operator()(sb_stemmer* stemmer) const { sb_stemmer_delete(stemmer); }

bool Stemmer::knows(std::string_view language) { return std::ranges::binary_search(kLanguages, primary(language)); }

Stemmer::Language& Stemmer::open(std::string_view language) {
  if (last_ != nullptr && last_tag_ == language) return *last_;
  last_tag_ = language;
  // What has no stemmer shares one entry, so that made-up tags fill no memory.
  const std::string key(knows(language) ? primary(language) : "");
  const auto [found, added] = languages_.try_emplace(key);
  if (added && !key.empty()) {
    const std::string name = key == "nb" || key == "nn" ? "no" : key;
    found->second.stemmer.reset(sb_stemmer_new(name.c_str(), nullptr));
  }
  last_ = &found->second;
  return *last_;
}

std::string_view Stemmer::stem(std::string_view language, std::string_view folded_word) {
  Language& entry = open(language);
  if (entry.stemmer == nullptr && is_ascii(folded_word)) return folded_word;
  if (const auto found = entry.seen.find(folded_word); found != entry.seen.end()) return found->second;
  std::string result(folded_word);
  if (entry.stemmer != nullptr) {
    const sb_symbol* stemmed =
        sb_stemmer_stem(entry.stemmer.get(), reinterpret_cast<const sb_symbol*>(folded_word.data()),
                        static_cast<int>(folded_word.size()));
    if (stemmed != nullptr) {
      result.assign(reinterpret_cast<const char*>(stemmed),
                    static_cast<std::size_t>(sb_stemmer_length(entry.stemmer.get())));
    }
  }
  if (!is_ascii(result)) result = without_latin_accents(result);
  if (result.empty()) result = folded_word;
  if (entry.seen.size() >= kMostRemembered) entry.seen.clear();
  return entry.seen.emplace(folded_word, std::move(result)).first->second;
}

}  // namespace cairn::text
