#include <unicode/uchar.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <unordered_set>

#include "extract_worker/pdf_page.h"
#include "extract_worker/pdf_words.h"
#include "extract_worker/text_cleaning.h"

namespace cairn::extraction {
namespace {

/// Sizes are compared in half points.
int half_points(float size) { return static_cast<int>(std::lround(size * 2)); }

bool is_letter(char32_t c) { return u_isalpha(static_cast<UChar32>(c)); }
bool is_hyphen(char32_t c) { return c == '-' || c == 0x2010 || c == 0xad; }

bool ends_sentence(std::u32string_view text) {
  return !text.empty() &&
         std::u32string_view(U".!?:;。！？：；」』”\"'’)）").find(text.back()) != std::u32string_view::npos;
}

bool starts_list_item(std::u32string_view text) {
  if (text.size() < 2) return false;
  if (std::u32string_view(U"•◦▪▫■□●○‣⁃∙·➢➤✓✔–").find(text[0]) != std::u32string_view::npos && !is_letter(text[1]))
    return true;
  if (text[0] == 0xf0b7 || text[0] == 0xf0a7) return true;
  if ((text[0] == '-' || text[0] == '*') && text[1] == ' ') return true;
  std::size_t digits = 0;
  while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9') ++digits;
  return digits > 0 && digits <= 2 && digits + 1 < text.size() && (text[digits] == '.' || text[digits] == ')') &&
         text[digits + 1] == ' ';
}

/// The number of a clause that `text` begins with, such as 6.2 in "6.2 The warranty"; empty when it begins with none.
std::vector<int> clause_number(std::u32string_view text) {
  constexpr int most = 999;
  std::vector<int> number;
  for (std::size_t at = 0; at < text.size() && text[at] >= '0' && text[at] <= '9';) {
    int part = 0;
    for (; at < text.size() && text[at] >= '0' && text[at] <= '9' && part <= most; ++at)
      part = part * 10 + static_cast<int>(text[at] - '0');
    number.push_back(part);
    if (part > most || at == text.size()) return {};
    if (text[at] == ' ') return number.size() > 1 ? number : std::vector<int>();
    if (text[at++] != '.') return {};
  }
  return {};
}

/// Whether one clause begins with the number that follows the other's: 6.3 after 6.2.
bool is_next_clause(std::u32string_view text, std::u32string_view next) {
  std::vector<int> number = clause_number(text);
  if (number.empty()) return false;
  ++number.back();
  return number == clause_number(next);
}

/// Words of the document, to tell a hyphen that belongs to a word from one that only breaks a line.
class Vocabulary {
 public:
  explicit Vocabulary(const std::vector<PageLines>& pages) {
    for (const auto& page : pages)
      for (const auto& line : page.lines)
        for (const auto& segment : line.segments) add(segment.text);
  }
  bool has(const std::u32string& word) const { return words_.contains(word); }

  static std::u32string lower(std::u32string_view text) {
    std::u32string out;
    for (const char32_t c : text) out += static_cast<char32_t>(u_tolower(static_cast<UChar32>(c)));
    return out;
  }

 private:
  void add(std::u32string_view text) {
    for (std::size_t at = 0; at < text.size();) {
      std::size_t end = at;
      while (end < text.size() && (is_letter(text[end]) || is_hyphen(text[end]))) ++end;
      if (end - at > 2 && !is_hyphen(text[end - 1])) words_.insert(lower(text.substr(at, end - at)));
      at = end + 1;
    }
  }
  std::unordered_set<std::u32string> words_;
};

struct Paragraph {
  std::u32string text;
  std::uint32_t page = 0;
  float size = 0;
  bool bold = true;
  bool fixed_width = true;
  bool list_item = false;
  int lines = 0;
  Line first;
  Line last;
  std::u32string last_text;
};

/// Which font sizes are headings: those above the size of most text.
class HeadingSizes {
 public:
  explicit HeadingSizes(const std::vector<PageLines>& pages) {
    std::map<int, std::size_t> characters;
    for (const auto& page : pages)
      for (const auto& line : page.lines)
        for (const auto& segment : line.segments) characters[half_points(segment.size)] += segment.text.size();
    std::size_t most = 0;
    for (const auto& [size, count] : characters)
      if (count > most) most = count, body_ = size;
    for (const auto& [size, count] : characters)
      if (size * 100 >= body_ * 112) larger_.insert(size);
  }

  /// 0 for text; 1 is the outermost. Too many sizes are a poster: levels end at 4, and bold text is one below.
  int level_of(const Paragraph& paragraph) const {
    if (paragraph.lines > 3 || paragraph.text.size() > 200 || paragraph.fixed_width || paragraph.list_item) return 0;
    if (std::ranges::none_of(paragraph.text, is_letter)) return 0;
    const int size = half_points(paragraph.size);
    if (larger_.contains(size))
      return std::min<int>(4, 1 + static_cast<int>(std::distance(larger_.upper_bound(size), larger_.end())));
    const bool bold_line =
        paragraph.bold && paragraph.lines <= 2 && paragraph.text.size() <= 100 && size * 100 >= body_ * 95;
    const bool label = std::u32string_view(U".,;，。；").find(paragraph.text.back()) != std::u32string_view::npos;
    return bold_line && !label ? std::min<int>(5, 1 + static_cast<int>(larger_.size())) : 0;
  }

 private:
  int body_ = 0;
  std::set<int> larger_;
};

class Assembler {
 public:
  Assembler(const std::vector<PageLines>& pages, DocumentBuilder& builder)
      : vocabulary_(pages), headings_(pages), builder_(builder) {}

  void page(const PageLines& page) {
    for (const auto& line : page.lines) {
      if (builder_.full()) return;
      if (line.cells.empty()) add_line(line, page.number);
      else add_row(line, page.number);
    }
  }

  void flush() {
    if (open_.lines == 0) return;
    builder_.set_page(open_.page);
    const std::string text = to_utf8(open_.text);
    const int level = headings_.level_of(open_);
    if (level > 0) builder_.heading(level, text);
    else if (open_.fixed_width && open_.lines > 1) builder_.code(text);
    else if (open_.list_item) builder_.list_item(text);
    else builder_.lines(text::BlockKind::paragraph, text);
    open_ = {};
  }

 private:
  enum class Joint { new_block, new_line, same_line };

  void add_row(const Line& line, std::uint32_t page) {
    flush();
    builder_.set_page(page);
    std::vector<std::string> cells;
    for (const auto& cell : line.cells) cells.push_back(to_utf8(cell));
    builder_.row(cells);
  }

  void add_line(const Line& line, std::uint32_t page) {
    const std::u32string text = line.text();
    if (text.empty()) return;
    const Joint joint = open_.lines == 0 ? Joint::new_block : joint_to(line, text, page);
    if (joint == Joint::new_block) {
      flush();
      open_.page = page;
      open_.size = line.size;
      open_.list_item = starts_list_item(text);
      open_.first = line;
    } else if (joint == Joint::new_line) {
      open_.text += U'\n';
    }
    if (joint == Joint::same_line) join(text);
    else open_.text += text;
    for (const auto& segment : line.segments) {
      open_.bold = open_.bold && segment.bold;
      open_.fixed_width = open_.fixed_width && segment.fixed_width;
    }
    ++open_.lines;
    open_.last = line;
    open_.last_text = text;
  }

  bool same_style(const Line& line) const {
    const bool bold = std::ranges::all_of(line.segments, [](const Segment& s) { return s.bold; });
    const bool fixed = std::ranges::all_of(line.segments, [](const Segment& s) { return s.fixed_width; });
    return std::abs(line.size - open_.size) <= 0.12f * open_.size && bold == open_.bold && fixed == open_.fixed_width;
  }

  Joint joint_to(const Line& line, const std::u32string& text, std::uint32_t page) const {
    if (!same_style(line) || starts_list_item(text) || is_next_clause(open_.text, text)) return Joint::new_block;
    // Never across pages: a citation names the page on which its block stands.
    if (page != open_.page) return Joint::new_block;
    if (line.column != open_.last.column) return joint_across(line, text);
    const float pitch = line.baseline - open_.last.baseline;
    const float usual =
        open_.lines > 1 ? (open_.last.baseline - open_.first.baseline) / static_cast<float>(open_.lines - 1) : 0;
    if (pitch <= 0 || pitch > 2.1f * line.size || (usual > 0 && pitch > 1.3f * usual)) return Joint::new_block;
    if (open_.fixed_width) return Joint::new_line;
    const bool rtl = std::ranges::any_of(text, is_rtl_letter);
    const float indent = rtl ? open_.last.u1 - line.u1 : line.u0 - open_.last.u0;
    if (indent > 0.8f * line.size && indent < 5 * line.size && !open_.list_item && open_.lines > 1)
      return Joint::new_block;
    return fills_its_line(text, rtl) && !both_centred(line) ? Joint::same_line : Joint::new_line;
  }

  /// Centred lines were broken on purpose: both ends move by the same.
  bool both_centred(const Line& line) const {
    const float left = line.u0 - open_.last.u0;
    const float right = open_.last.u1 - line.u1;
    return std::abs(left) > 1.5f * line.size && std::abs(left - right) < 0.5f * line.size;
  }

  /// Prose goes on in the next column when its sentence does.
  Joint joint_across(const Line& line, const std::u32string& text) const {
    const bool prose = open_.lines > 1 && !ends_sentence(open_.last_text) && fills_its_line(text, false);
    const char32_t first = text.front();
    const bool goes_on = u_islower(static_cast<UChar32>(first)) ||
                         (is_spaceless_script(first) && is_spaceless_script(open_.last_text.back()));
    const bool narrow = line.u1 - line.u0 < 0.5f * (line.column_u1 - line.column_u0);
    return prose && goes_on && !narrow ? Joint::same_line : Joint::new_block;
  }

  /// Whether the last line ended because it was full: the first word of the next would not have fitted.
  bool fills_its_line(const std::u32string& next, bool rtl) const {
    const float room = rtl ? open_.last.u0 - open_.last.column_u0 : open_.last.column_u1 - open_.last.u1;
    const std::size_t word = std::min(next.find(U' '), next.size());
    const bool spaceless = is_spaceless_script(next.front());
    const float needed = spaceless ? 2.5f : 0.55f * static_cast<float>(std::min<std::size_t>(word, 20)) + 1.2f;
    return room < needed * open_.last.size;
  }

  void join(const std::u32string& text) {
    const char32_t last = open_.text.back();
    if (is_hyphen(last) && open_.text.size() > 1 && is_letter(open_.text[open_.text.size() - 2]) &&
        is_letter(text.front())) {
      if (!keeps_hyphen(text)) open_.text.pop_back();
      open_.text += text;
      return;
    }
    const bool spaceless = is_spaceless_script(last) && is_spaceless_script(text.front());
    if (!spaceless) open_.text += U' ';
    open_.text += text;
  }

  /// A hyphen stays when the document writes the word with it elsewhere, or when what follows starts large.
  bool keeps_hyphen(const std::u32string& text) const {
    if (u_isupper(static_cast<UChar32>(text.front()))) return true;
    std::size_t begin = open_.text.size() - 1;
    while (begin > 0 && (is_letter(open_.text[begin - 1]) || is_hyphen(open_.text[begin - 1]))) --begin;
    std::size_t end = 0;
    while (end < text.size() && (is_letter(text[end]) || (is_hyphen(text[end]) && end + 1 < text.size()))) ++end;
    const std::u32string head = Vocabulary::lower(std::u32string_view(open_.text).substr(begin));
    const std::u32string tail = Vocabulary::lower(std::u32string_view(text).substr(0, end));
    if (vocabulary_.has(head.substr(0, head.size() - 1) + tail)) return false;
    return vocabulary_.has(head + tail);
  }

  Vocabulary vocabulary_;
  HeadingSizes headings_;
  DocumentBuilder& builder_;
  Paragraph open_;
};

}  // namespace

void assemble_pages(std::vector<PageLines>& pages, DocumentBuilder& builder) {
  Assembler assembler(pages, builder);
  for (auto& page : pages) {
    assembler.page(page);
    page = {};
  }
  assembler.flush();
}

}  // namespace cairn::extraction
