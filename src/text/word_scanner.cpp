#include "text/word_scanner.h"

#include <unicode/uchar.h>

#include "base/utf8.h"
#include "text/script.h"

namespace cairn::text {
namespace {

enum class Class { none, letters, east_asian, complex };

bool is_ascii_letter(unsigned char c) { return (c | 32) >= 'a' && (c | 32) <= 'z'; }
bool is_ascii_digit(unsigned char c) { return c >= '0' && c <= '9'; }
bool is_ascii_word(unsigned char c) { return is_ascii_letter(c) || is_ascii_digit(c); }

Class class_of(char32_t c) {
  if (c < 0x80) return is_ascii_word(static_cast<unsigned char>(c)) ? Class::letters : Class::none;
  if (is_han(c) || is_kana(c)) return Class::east_asian;
  const std::uint32_t category = U_GET_GC_MASK(static_cast<UChar32>(c));
  if ((category & (U_GC_L_MASK | U_GC_N_MASK | U_GC_M_MASK)) == 0) return Class::none;
  const bool thai_or_lao = c >= 0x0E00 && c <= 0x0EFF;
  const bool khmer_or_myanmar = (c >= 0x1780 && c <= 0x17FF) || (c >= 0x1000 && c <= 0x109F);
  return thai_or_lao || khmer_or_myanmar ? Class::complex : Class::letters;
}

/// A voicing mark or other accent goes with the run that it stands in; joiners and soft hyphens do not part a word.
bool extends(char32_t c) {
  return (U_GET_GC_MASK(static_cast<UChar32>(c)) & U_GC_M_MASK) != 0 || c == 0x200D || c == 0x200C || c == 0xAD ||
         c == 0x200B;
}

}  // namespace

bool WordScanner::skip_to_word() {
  while (at_ < text_.size()) {
    const auto byte = static_cast<unsigned char>(text_[at_]);
    if (byte < 0x80) {
      if (is_ascii_word(byte)) return true;
      ++at_;
    } else {
      std::size_t after = at_;
      const char32_t c = utf8::next(text_, after);
      if (class_of(c) != Class::none) return true;
      at_ = after;
    }
    ++position_;
  }
  return false;
}

bool WordScanner::next(RawWord& word) {
  if (!skip_to_word()) return false;
  word = {};
  const std::size_t begin = at_;
  word.span.start = position_;
  take_ascii(word);
  take_sign(begin);
  if (at_ < text_.size() && static_cast<unsigned char>(text_[at_]) >= 0x80) take_other(word);
  word.text = text_.substr(begin, at_ - begin);
  word.span.end = position_;
  word.connector = connector_here();
  return true;
}

void WordScanner::take_ascii(RawWord& word) {
  while (at_ < text_.size()) {
    const auto c = static_cast<unsigned char>(text_[at_]);
    if (is_ascii_letter(c)) word.has_letter = true;
    else if (is_ascii_digit(c)) word.has_digit = true;
    else if (c == '\'' && word.has_letter && at_ + 1 < text_.size() &&
             is_ascii_letter(static_cast<unsigned char>(text_[at_ + 1])))
      word.has_apostrophe = true;
    else break;
    ++at_;
    ++position_;
  }
}

/// "C++", "C#", "F#": the sign belongs to the name.
void WordScanner::take_sign(std::size_t begin) {
  if (at_ - begin != 1 || !is_ascii_letter(static_cast<unsigned char>(text_[begin]))) return;
  const std::string_view rest = text_.substr(at_);
  const std::size_t length = rest.starts_with("++") ? 2 : rest.starts_with("#") ? 1 : 0;
  if (length < rest.size() && is_ascii_word(static_cast<unsigned char>(rest[length]))) return;
  at_ += length;
  position_ += static_cast<std::uint32_t>(length);
}

/// Goes on with any script of the same class; what was ASCII so far is a word by itself where an ideograph follows.
void WordScanner::take_other(RawWord& word) {
  const bool after_ascii = word.has_letter || word.has_digit;
  Class run = after_ascii ? Class::letters : Class::none;
  while (at_ < text_.size()) {
    std::size_t after = at_;
    const char32_t c = utf8::next(text_, after);
    const bool apostrophe = (c == 0x2019 || c == '\'') && word.has_letter && run == Class::letters;
    if (apostrophe) {
      std::size_t behind = after;
      if (after >= text_.size() || !u_isalpha(static_cast<UChar32>(utf8::next(text_, behind)))) break;
      word.has_apostrophe = true;
    } else if (run == Class::none || !extends(c)) {
      const Class here = class_of(c);
      if (here == Class::none || (run != Class::none && here != run)) break;
      run = here;
      if (u_isdigit(static_cast<UChar32>(c))) word.has_digit = true;
      else word.has_letter = true;
    }
    if (c >= 0x80)
      word.kind = run == Class::east_asian ? WordKind::east_asian
                  : run == Class::complex  ? WordKind::complex
                                           : WordKind::letters;
    at_ = after;
    ++position_;
  }
}

char WordScanner::connector_here() const {
  constexpr std::string_view kConnectors = "-_./@:&+,";
  if (at_ + 1 >= text_.size() || kConnectors.find(text_[at_]) == std::string_view::npos) return 0;
  std::size_t after = at_ + 1;
  const char32_t c = utf8::next(text_, after);
  return class_of(c) == Class::letters ? text_[at_] : '\0';
}

}  // namespace cairn::text
