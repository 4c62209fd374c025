#include <unicode/uchar.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "extract_worker/pdf_layout.h"
#include "extract_worker/text_cleaning.h"

namespace cairn::extraction {
namespace {

/// A gap between words that is wider, in font sizes, separates columns or table cells. Justified text stays below.
constexpr float kSegmentGap = 1.3f;

/// Joins words into a segment's text. Scripts without spaces get one only where the file has a space character.
class SegmentBuilder {
 public:
  explicit SegmentBuilder(const Word& word) { start(word); }

  bool accepts(const Word& word) const {
    return word.u0 - segment_.u1 < kSegmentGap * std::max(word.size, segment_.size) &&
           word.artifact == segment_.artifact;
  }
  bool is_repeat(const Word& word) const {
    return word.text == last_text_ && std::abs(word.u0 - last_u0_) < 0.3f * word.size;
  }

  void add(const Word& word) {
    const float gap = word.u0 - segment_.u1;
    const bool spaceless = is_spaceless_script(units_.back().back()) && is_spaceless_script(word.text.front());
    const bool wide = gap > (spaceless ? 0.6f : 0.1f) * std::min(word.size, segment_.size);
    const bool scripts_meet =
        has_rtl(units_.back()) != has_rtl(word.text) && has_ltr(units_.back()) != has_ltr(word.text);
    if (wide || scripts_meet || (word.space_before && gap > -0.1f * word.size)) units_.emplace_back(U" ");
    start_or_extend(word);
  }

  Segment finish() {
    segment_.text = ordered_text();
    std::size_t most = 0;
    for (const auto& [size, characters] : sizes_)
      if (characters > most) most = characters, segment_.size = static_cast<float>(size) / 10;
    segment_.bold = bold_characters_ * 2 > characters_;
    segment_.fixed_width = fixed_characters_ * 10 > characters_ * 8;
    return std::move(segment_);
  }

 private:
  void start(const Word& word) {
    segment_ = {.u0 = word.u0,
                .u1 = word.u1,
                .baseline = word.baseline,
                .size = word.size,
                .artifact = word.artifact,
                .text = {},
                .words = {}};
    start_or_extend(word);
  }

  void start_or_extend(const Word& word) {
    units_.push_back(word.text);
    segment_.words.push_back(word);
    segment_.u1 = std::max(segment_.u1, word.u1);
    sizes_[static_cast<int>(std::lround(word.size * 10))] += word.text.size();
    characters_ += word.text.size();
    if (word.bold) bold_characters_ += word.text.size();
    if (word.fixed_width) fixed_characters_ += word.text.size();
    last_text_ = word.text;
    last_u0_ = word.u0;
  }

  /// Words stand in visual order; where most letters are written right to left, runs of such words turn round.
  std::u32string ordered_text() const {
    std::size_t rtl = 0;
    std::size_t ltr = 0;
    for (const auto& unit : units_)
      for (const char32_t c : unit) {
        if (is_rtl_letter(c)) ++rtl;
        else if (u_isalpha(static_cast<UChar32>(c))) ++ltr;
      }
    std::u32string out;
    if (rtl == 0) {
      for (const auto& unit : units_) out += unit;
      return out;
    }
    return rtl >= ltr ? right_to_left() : left_to_right();
  }

  static bool has_rtl(const std::u32string& unit) { return std::ranges::any_of(unit, is_rtl_letter); }
  static bool has_ltr(const std::u32string& unit) {
    return std::ranges::any_of(unit,
                               [](char32_t c) { return u_isalnum(static_cast<UChar32>(c)) && !is_rtl_letter(c); });
  }

  /// From the right, with runs of left-to-right words kept as they stand.
  std::u32string right_to_left() const {
    std::u32string out;
    for (std::size_t i = units_.size(); i > 0;) {
      std::size_t begin = i - 1;
      if (has_ltr(units_[begin]) && !has_rtl(units_[begin])) {
        std::size_t reach = begin;
        while (reach > 0 && !has_rtl(units_[reach - 1])) {
          --reach;
          if (has_ltr(units_[reach])) begin = reach;
        }
      }
      for (std::size_t k = begin; k < i; ++k) out += units_[k];
      i = begin;
    }
    return out;
  }

  /// As it stands, with runs of right-to-left words turned round.
  std::u32string left_to_right() const {
    std::u32string out;
    for (std::size_t i = 0; i < units_.size();) {
      std::size_t end = i + 1;
      if (has_rtl(units_[i])) {
        std::size_t reach = end;
        while (reach < units_.size() && !has_ltr(units_[reach])) {
          if (has_rtl(units_[reach])) end = reach + 1;
          ++reach;
        }
        for (std::size_t k = end; k > i; --k) out += units_[k - 1];
      } else {
        out += units_[i];
      }
      i = end;
    }
    return out;
  }

  Segment segment_;
  std::vector<std::u32string> units_;
  std::map<int, std::size_t> sizes_;
  std::u32string last_text_;
  float last_u0_ = 0;
  std::size_t characters_ = 0;
  std::size_t bold_characters_ = 0;
  std::size_t fixed_characters_ = 0;
};

}  // namespace

std::vector<Segment> build_segments(const std::vector<const Word*>& words) {
  std::vector<Segment> segments;
  std::optional<SegmentBuilder> open;
  for (const auto* word : words) {
    if (open && open->is_repeat(*word)) continue;
    if (open && open->accepts(*word)) {
      open->add(*word);
      continue;
    }
    if (open) segments.push_back(open->finish());
    open.emplace(*word);
  }
  if (open) segments.push_back(open->finish());
  return segments;
}

std::u32string join_words(const std::vector<Word>& words) {
  if (words.empty()) return {};
  SegmentBuilder builder(words.front());
  for (std::size_t i = 1; i < words.size(); ++i) builder.add(words[i]);
  return builder.finish().text;
}

}  // namespace cairn::extraction
