#include "text/sentences.h"

#include <unicode/brkiter.h>
#include <unicode/locid.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <string>

#include "base/utf8.h"
#include "text/script.h"

namespace cairn::text {
namespace {

/// So much text is given to ICU at once; a longer run without a line break is walked in windows.
constexpr std::size_t kWindowBytes = 32 * 1024;
/// A line this wide (in columns) was probably broken to fit, not to end.
constexpr std::size_t kWrappedColumns = 40;

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }
bool is_blank(char32_t c) { return u_isUWhiteSpace(static_cast<UChar32>(c)) != 0; }

/// Sentence iterators are dear to make (the exceptions of a language are read each time), so a thread keeps its own.
icu::BreakIterator* sentence_iterator(std::string_view language) {
  thread_local std::map<std::string, std::unique_ptr<icu::BreakIterator>, std::less<>> kept;
  const std::string_view primary = language.substr(0, language.find('-'));
  const auto found = kept.find(primary);
  if (found != kept.end()) return found->second.get();
  if (kept.size() >= 16) kept.clear();
  UErrorCode status = U_ZERO_ERROR;
  const std::string name = (primary.size() > 8 || primary == "und" ? "en" : std::string(primary)) + "@ss=standard";
  std::unique_ptr<icu::BreakIterator> made(
      icu::BreakIterator::createSentenceInstance(icu::Locale::createCanonical(name.c_str()), status));
  if (U_FAILURE(status)) made.reset();
  return kept.emplace(primary, std::move(made)).first->second.get();
}

/// Abbreviations that hardly ever end a sentence and that ICU's exceptions lack, without their last dot.
bool is_abbreviation(std::u16string_view word, bool digit_follows) {
  static constexpr std::u16string_view kAlways[] = {
      u"e.g", u"i.e", u"cf",   u"al",  u"fig", u"figs", u"eq",  u"eqs", u"sec", u"approx", u"vs",  u"dr", u"mr", u"mrs",
      u"ms",  u"st",  u"prof", u"ref", u"eds", u"viz",  u"z.b", u"bzw", u"d.h", u"u.a",    u"vgl", u"nr", u"abb"};
  static constexpr std::u16string_view kBeforeNumbers[] = {u"no", u"nos", u"p", u"pp", u"vol", u"ch",  u"art", u"para",
                                                           u"ca", u"s",   u"c", u"bd", u"ed",  u"par", u"sect"};
  std::u16string lower(word);
  for (char16_t& c : lower) c = static_cast<char16_t>(c >= u'A' && c <= u'Z' ? c + 32 : c);
  if (word.size() == 1 && word[0] >= u'A' && word[0] <= u'Z') return true;  // An initial.
  return std::ranges::find(kAlways, lower) != std::end(kAlways) ||
         (digit_follows && std::ranges::find(kBeforeNumbers, lower) != std::end(kBeforeNumbers));
}

bool ends_inside_sentence(std::u16string_view before, std::u16string_view after) {
  while (!before.empty() && is_blank(before.back())) before.remove_suffix(1);
  constexpr std::u16string_view kClosingQuotes = u"\"'\u201D\u2019\u00BB";
  const bool goes_on_small = !after.empty() && u_islower(after[0]);
  if (goes_on_small && !before.empty() && kClosingQuotes.find(before.back()) != std::u16string_view::npos) return true;
  if (before.size() < 2 || before.back() != u'.') return false;
  before.remove_suffix(1);
  std::size_t begin = before.size();
  const auto in_word = [](char16_t c) { return c == u'.' || (c < 0x80 ? std::isalpha(c) != 0 : u_isalpha(c) != 0); };
  while (begin > 0 && before.size() - begin < 8 && in_word(before[begin - 1])) --begin;
  if (begin > 0 && in_word(before[begin - 1])) return false;
  return is_abbreviation(before.substr(begin), !after.empty() && after[0] >= u'0' && after[0] <= u'9');
}

struct Line {
  std::size_t begin = 0, end = 0;  ///< Bytes, without the line break.
  std::size_t columns = 0;
  char32_t first = 0, last = 0;  ///< First and last character that is not blank; 0 in a blank line.
  bool is_item = false;
};

/// "- ", "* ", "• ", "3. ", "(a) ", "| ": something new begins here, whatever stood before.
bool begins_item(std::string_view line) {
  static constexpr std::string_view kBullets[] = {"- ", "* ", "+ ", "•", "·",  "◦", "▪",
                                                  "– ", "— ", "|",  "#", "> ", "（"};
  while (!line.empty() && (line[0] == ' ' || line[0] == '\t')) line.remove_prefix(1);
  if (std::ranges::any_of(kBullets, [&](std::string_view bullet) { return line.starts_with(bullet); })) return true;
  std::size_t at = !line.empty() && line[0] == '(' ? 1 : 0;
  const std::size_t label = at;
  while (at < line.size() && at - label < 4 && std::isalnum(static_cast<unsigned char>(line[at]))) ++at;
  if (at == label) return false;
  const bool is_number = line[label] >= '0' && line[label] <= '9';
  const std::string_view rest = line.substr(at);
  return (rest.starts_with(") ") && (is_number || at - label <= 2)) ||
         (is_number && (rest.starts_with(". ") || rest.starts_with("、")));
}

Line read_line(std::string_view text, std::size_t begin) {
  Line line{.begin = begin, .end = begin};
  std::size_t at = begin;
  while (at < text.size()) {
    const char32_t c = utf8::next(text, at);
    if (c == '\n' || c == '\r' || c == 0x2028 || c == 0x2029 || c == 0x85 || c == '\f' || c == '\v') break;
    line.end = at;
    line.columns += c >= 0x1100 ? 2 : 1;
    if (is_blank(c)) continue;
    if (line.first == 0) line.first = c;
    line.last = c;
  }
  line.is_item = begins_item(text.substr(line.begin, line.end - line.begin));
  return line;
}

/// Whether the text runs on from one line to the next: the break was only there to fit the width.
bool runs_on(const Line& line, const Line& next) {
  if (line.first == 0 || next.first == 0 || next.is_item || line.last == ':' || line.last == 0xFF1A) return false;
  const auto last = static_cast<UChar32>(line.last), first = static_cast<UChar32>(next.first);
  if (u_islower(first)) return true;
  if (line.columns < kWrappedColumns) return false;
  if (is_han(line.last) || is_kana(line.last)) return is_han(next.first) || is_kana(next.first);
  return (u_islower(last) || line.last == ',') && (u_isupper(first) || line.last == ',');
}

class Splitter {
 public:
  Splitter(std::string_view text, std::string_view language) : text_(text), iterator_(sentence_iterator(language)) {}

  std::vector<Span> split() {
    for (std::size_t at = 0; at < text_.size();) {
      Line line = read_line(text_, at);
      const std::size_t begin = line.begin;
      for (;;) {
        const std::size_t next = after_break(line.end);
        if (next >= text_.size()) break;
        const Line following = read_line(text_, next);
        if (!runs_on(line, following)) break;
        line = following;
      }
      split_run(text_.substr(begin, line.end - begin));
      at = after_break(line.end);
      position_ += static_cast<std::uint32_t>(utf8::length(text_.substr(line.end, at - line.end)));
    }
    return std::move(sentences_);
  }

 private:
  std::size_t after_break(std::size_t at) const {
    if (at >= text_.size()) return at;
    if (text_.substr(at).starts_with("\r\n")) return at + 2;
    utf8::next(text_, at);
    return at;
  }

  void split_run(std::string_view run) {
    while (!run.empty()) {
      std::size_t size = std::min(run.size(), kWindowBytes);
      while (size < run.size() && is_continuation(run[size])) ++size;
      run.remove_prefix(split_window(run.substr(0, size), size == run.size()));
    }
  }

  /// Returns how many bytes were taken: all of the last window, else all but the sentence that the window cuts.
  std::size_t split_window(std::string_view window, bool is_last) {
    icu::UnicodeString units =
        icu::UnicodeString::fromUTF8(icu::StringPiece(window.data(), static_cast<int32_t>(window.size())));
    for (int32_t i = 0; i < units.length(); ++i) {
      const char16_t c = units.charAt(i);
      if (c == u'\n' || c == u'\r' || c == 0x2028 || c == 0x2029 || c == 0x85 || c == u'\f' || c == u'\v')
        units.setCharAt(i, u' ');
    }
    const std::u16string_view view(units.getBuffer(), static_cast<std::size_t>(units.length()));
    const std::vector<std::size_t> ends = boundaries(units, view);
    const std::uint32_t first = position_;
    std::size_t at = 0;
    for (std::size_t i = 0; i < ends.size(); ++i) {
      if (!is_last && i > 0 && i + 1 == ends.size()) break;
      take_sentence(view.substr(at, ends[i] - at));
      at = ends[i];
    }
    std::size_t bytes = 0;
    for (std::uint32_t left = position_ - first; left > 0; --left) utf8::next(window, bytes);
    return bytes;
  }

  std::vector<std::size_t> boundaries(const icu::UnicodeString& units, std::u16string_view view) const {
    std::vector<std::size_t> ends;
    if (iterator_ != nullptr) {
      iterator_->setText(units);
      std::size_t begin = 0;
      for (int32_t end = iterator_->next(); end != icu::BreakIterator::DONE; end = iterator_->next()) {
        const auto boundary = static_cast<std::size_t>(end);
        if (boundary < view.size() && ends_inside_sentence(view.substr(begin, boundary - begin), view.substr(boundary)))
          continue;
        ends.push_back(boundary);
        begin = boundary;
      }
    }
    if (ends.empty() || ends.back() != view.size()) ends.push_back(view.size());
    return ends;
  }

  /// Adds the sentence without the blanks around it.
  void take_sentence(std::u16string_view sentence) {
    std::uint32_t begin = 0, end = 0;
    bool any = false;
    for (std::size_t i = 0; i < sentence.size(); ++i, ++position_) {
      char32_t c = sentence[i];
      if (U16_IS_LEAD(c) && i + 1 < sentence.size()) c = U16_GET_SUPPLEMENTARY(c, sentence[++i]);
      if (is_blank(c)) continue;
      if (!any) begin = position_;
      any = true;
      end = position_ + 1;
    }
    if (any) sentences_.push_back({begin, end});
  }

  std::string_view text_;
  icu::BreakIterator* iterator_;
  std::uint32_t position_ = 0;  ///< Code point that the next sentence begins at.
  std::vector<Span> sentences_;
};

}  // namespace

std::vector<Span> split_sentences(std::string_view text, std::string_view language) {
  return Splitter(text, language).split();
}

bool ends_like_a_sentence(std::string_view text) {
  constexpr std::string_view endings[] = {".", "!", ":", ";", "。", "！", "：", "；", "”", "」", "』", "\"", ")", "）"};
  return std::ranges::any_of(endings, [&](std::string_view ending) { return text.ends_with(ending); });
}

bool ends_like_a_question(std::string_view text) { return text.ends_with("?") || text.ends_with("？"); }

std::string_view space_between(std::string_view before, std::string_view after) {
  const auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
  if (!ends_like_a_sentence(before) && !ends_like_a_question(before)) return "\n";
  return is_ascii(before.back()) || is_ascii(after.front()) ? " " : "";
}

}  // namespace cairn::text
