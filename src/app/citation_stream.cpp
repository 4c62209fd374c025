#include "app/citation_stream.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/utf8.h"

namespace cairn {
namespace {

constexpr std::size_t longest_marker = 64;
constexpr std::size_t most_in_a_range = 20;
constexpr std::array<std::string_view, 3> openers = {"[", "【", "［"};
constexpr std::array<std::string_view, 3> closers = {"]", "】", "］"};
constexpr std::array<std::string_view, 10> labels = {"evidence", "passage", "source", "citation", "doc",
                                                     "證據",     "段落",    "來源",   "证据",     "来源"};
constexpr std::array<std::string_view, 5> separators = {",", ";", "，", "、", "；"};
constexpr std::array<std::string_view, 5> dashes = {"-", "–", "—", "~", "～"};

template <std::size_t n>
bool is_one_of(std::string_view text, const std::array<std::string_view, n>& list) {
  return std::ranges::find(list, text) != list.end();
}

bool is_digit(std::string_view c) { return c.size() == 1 && c[0] >= '0' && c[0] <= '9'; }
bool is_blank(std::string_view c) { return c == " " || c == "\t" || c == "\n" || c == "\r" || c == "　"; }

/// Punctuation that closes up to the word before it.
bool closes_up(std::string_view c) {
  constexpr std::array<std::string_view, 15> marks = {".",  ",",  ";",  ":",  "!",  "?",  ")", "。",
                                                      "，", "；", "：", "！", "？", "、", "）"};
  return is_one_of(c, marks);
}

/// Reads what stands between brackets, as far as it is there.
class Marker {
 public:
  explicit Marker(std::string_view content) {
    for (std::size_t at = 0; at < content.size() && possible_;) {
      const std::size_t start = at;
      utf8::next(content, at);
      read(content.substr(start, at - start));
    }
  }

  bool possible() const { return possible_; }

  /// Its numbers, once it is closed.
  std::optional<std::vector<std::size_t>> numbers() const {
    if (!possible_ || (!label_.empty() && !is_one_of(label_, labels))) return std::nullopt;
    std::vector<std::size_t> all = numbers_;
    if (digits_ > 0) add(all);
    if (all.empty()) return std::nullopt;
    return all;
  }

 private:
  void read(std::string_view c) {
    if (rest_) return;
    if (is_digit(c)) return read_digit(c[0]);
    if (is_blank(c) || c == "^" || c == "#" || (c == ":" && numbers_.empty())) return end_number();
    if (is_one_of(c, separators)) return end_number();
    if (is_one_of(c, dashes)) {
      possible_ = digits_ > 0;
      end_number();
      range_ = true;
      return;
    }
    if (c == "†" && (digits_ > 0 || !numbers_.empty())) {
      rest_ = true;
      return;
    }
    label_ += c.size() == 1 && c[0] >= 'A' && c[0] <= 'Z' ? std::string(1, static_cast<char>(c[0] + 32)) : c;
    possible_ = std::ranges::any_of(labels, [&](std::string_view label) { return label.starts_with(label_); });
  }

  void read_digit(char c) {
    number_ = number_ * 10 + static_cast<std::size_t>(c - '0');
    possible_ = ++digits_ <= 3;  // [2026] is a year.
  }

  void end_number() {
    if (digits_ > 0) add(numbers_);
    if (digits_ > 0) range_ = false;
    digits_ = 0;
    number_ = 0;
  }

  void add(std::vector<std::size_t>& numbers) const {
    if (range_ && !numbers.empty() && number_ > numbers.back() && number_ - numbers.back() <= most_in_a_range)
      for (std::size_t n = numbers.back() + 1; n < number_; ++n) numbers.push_back(n);
    numbers.push_back(number_);
  }

  bool possible_ = true, rest_ = false, range_ = false;
  std::string label_;
  std::size_t number_ = 0, digits_ = 0;
  std::vector<std::size_t> numbers_;
};

std::string_view content_of(std::string_view bracket) {
  std::size_t at = 0;
  utf8::next(bracket, at);
  return bracket.substr(at);
}

}  // namespace

std::string CitationStream::take(std::string_view piece) {
  passed_on_.clear();
  for (std::size_t at = 0; at < piece.size();) {
    const std::size_t start = at;
    utf8::next(piece, at);
    take_character(piece.substr(start, at - start));
  }
  return std::exchange(passed_on_, {});
}

std::string CitationStream::finish() {
  passed_on_.clear();
  if (!bracket_.empty()) write(std::exchange(bracket_, {}));
  for (const std::size_t mark : leading_) marks_[mark].leads = false;
  return std::exchange(passed_on_, {});
}

void CitationStream::take_character(std::string_view c) {
  if (bracket_.empty()) {
    if (is_one_of(c, openers)) bracket_ = c;
    else write(c);
    return;
  }
  if (is_one_of(c, closers)) {
    bracket_ += c;
    return end_bracket();
  }
  const std::string held = bracket_ + std::string(c);
  if (held.size() <= longest_marker && Marker(content_of(held)).possible()) {
    bracket_ = held;
    return;
  }
  const std::string text = std::exchange(bracket_, {});
  write(text);
  take_character(c);
}

void CitationStream::end_bracket() {
  const std::string held = std::exchange(bracket_, {});
  const std::string_view content = content_of(held);
  std::size_t closer = content.size();
  while (closer > 0 && (static_cast<unsigned char>(content[closer - 1]) & 0xC0U) == 0x80U) --closer;
  auto numbers = Marker(content.substr(0, closer - 1)).numbers();
  if (!numbers) return write(held);
  const bool leads = text_.empty() || blanks_.find('\n') != std::string::npos;
  if (leads) leading_.push_back(marks_.size());
  marks_.push_back({text_.size(), std::move(*numbers), leads});
  after_mark_ = true;
}

/// `c` may be several characters when a bracket turned out to be text; then the first one decides.
void CitationStream::write(std::string_view c) {
  if (is_blank(c)) {
    if (text_.empty() || (after_mark_ && !blanks_.empty() && c != "\n")) return;
    if (c == "\n") blanks_.erase(blanks_.find_last_not_of(" \t") + 1);
    blanks_ += c;
    return;
  }
  std::string out = std::exchange(blanks_, {});
  if (after_mark_ && closes_up(c)) out.clear();
  after_mark_ = false;
  out += c;
  for (const std::size_t mark : std::exchange(leading_, {})) marks_[mark].offset = text_.size() + out.size() - c.size();
  text_ += out;
  passed_on_ += out;
}

}  // namespace cairn
