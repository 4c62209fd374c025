#include "extract_worker/pdf_layout.h"

#include <unicode/uchar.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "extract_worker/text_cleaning.h"

namespace cairn::extraction {
namespace {

/// A gap between words that is wider, in font sizes, separates columns or table cells. Justified text stays below.
constexpr float kSegmentGap = 1.3f;
/// The narrowest gutter between columns of text, in font sizes.
constexpr float kGutter = 0.9f;
constexpr int kMaxColumnDepth = 4;

bool same_baseline(float a, float b, float size) { return std::abs(a - b) < 0.3f * size; }

/// Joins words into a segment's text. Scripts without spaces get one only where the file has a space character.
class SegmentBuilder {
 public:
  explicit SegmentBuilder(const Word& word) { start(word); }

  bool accepts(const Word& word) const {
    return word.u0 - segment_.u1 < kSegmentGap * std::max(word.size, segment_.size) && word.artifact == segment_.artifact;
  }
  bool is_repeat(const Word& word) const {
    return word.text == last_text_ && std::abs(word.u0 - last_u0_) < 0.3f * word.size;
  }

  void add(const Word& word) {
    const float gap = word.u0 - segment_.u1;
    const bool spaceless = is_spaceless_script(units_.back().back()) && is_spaceless_script(word.text.front());
    const bool wide = gap > (spaceless ? 0.6f : 0.1f) * std::min(word.size, segment_.size);
    if (wide || (word.space_before && gap > -0.1f * word.size)) units_.emplace_back(U" ");
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
    segment_ = {.u0 = word.u0, .u1 = word.u1, .baseline = word.baseline, .size = word.size, .artifact = word.artifact};
    start_or_extend(word);
  }

  void start_or_extend(const Word& word) {
    units_.push_back(word.text);
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
    return std::ranges::any_of(unit, [](char32_t c) { return u_isalnum(static_cast<UChar32>(c)) && !is_rtl_letter(c); });
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

/// Segments in order of baseline, then from the left.
std::vector<Segment> build_segments(std::vector<Word> words) {
  std::ranges::stable_sort(words, [](const Word& a, const Word& b) { return a.baseline < b.baseline; });
  std::vector<Segment> segments;
  for (std::size_t begin = 0; begin < words.size();) {
    std::size_t end = begin + 1;
    float largest = words[begin].size;
    while (end < words.size() && same_baseline(words[end].baseline, words[end - 1].baseline, std::max(largest, words[end].size)) &&
           words[end].baseline - words[begin].baseline < 0.5f * std::max(largest, words[end].size)) {
      largest = std::max(largest, words[end].size);
      ++end;
    }
    std::sort(words.begin() + static_cast<std::ptrdiff_t>(begin), words.begin() + static_cast<std::ptrdiff_t>(end),
              [](const Word& a, const Word& b) { return a.u0 < b.u0; });
    std::optional<SegmentBuilder> open;
    for (std::size_t i = begin; i < end; ++i) {
      if (open && open->is_repeat(words[i])) continue;
      if (open && open->accepts(words[i])) {
        open->add(words[i]);
        continue;
      }
      if (open) segments.push_back(open->finish());
      open.emplace(words[i]);
    }
    if (open) segments.push_back(open->finish());
    begin = end;
  }
  return segments;
}

using Segments = std::vector<const Segment*>;

struct Extent {
  float u0 = 1e9f, u1 = -1e9f;
  void add(const Segment& s) { u0 = std::min(u0, s.u0), u1 = std::max(u1, s.u1); }
  float width() const { return u1 - u0; }
};

Extent extent_of(const Segments& segments) {
  Extent extent;
  for (const auto* segment : segments) extent.add(*segment);
  return extent;
}

/// Characters, counting those of scripts without spaces twice: they say twice as much.
std::size_t weight_of(const Segment& segment) {
  std::size_t weight = 0;
  for (const char32_t c : segment.text) weight += is_spaceless_script(c) ? 2 : 1;
  return weight;
}

/// Whether these are lines of prose rather than cells of a table or labels of a drawing: most characters stand in
/// segments that fill a good part of the width.
bool is_prose(const Segments& segments) {
  const Extent extent = extent_of(segments);
  std::size_t total = 0;
  std::size_t in_long = 0;
  for (const auto* segment : segments) {
    const std::size_t weight = weight_of(*segment);
    total += weight;
    if (weight >= 20 && segment->u1 - segment->u0 > 0.55f * extent.width()) in_long += weight;
  }
  return segments.size() >= 3 && in_long * 10 >= total * 6;
}

struct Split {
  float at = 0;
  std::size_t crossing = 0;
};

/// The position that the fewest segments cross with a free gutter around it, in the middle part of the region.
std::optional<Split> find_gutter(const Segments& segments, const Extent& extent, float size) {
  std::vector<std::pair<float, int>> edges;
  const float half = kGutter * size / 2;
  for (const auto* segment : segments) {
    edges.emplace_back(segment->u0 - half, 1);
    edges.emplace_back(segment->u1 + half, -1);
  }
  std::ranges::sort(edges);
  std::optional<Split> best;
  int open = 0;
  for (std::size_t i = 0; i + 1 < edges.size(); ++i) {
    open += edges[i].second;
    const float middle = (edges[i].first + edges[i + 1].first) / 2;
    if (edges[i + 1].first <= edges[i].first) continue;
    if (middle < extent.u0 + 0.12f * extent.width() || middle > extent.u1 - 0.12f * extent.width()) continue;
    const auto crossing = static_cast<std::size_t>(std::max(open, 0));
    if (!best || crossing < best->crossing) best = Split{middle, crossing};
  }
  return best;
}

class ColumnOrder {
 public:
  explicit ColumnOrder(std::vector<Line>& out) : out_(out) {}

  void region(const Segments& segments, int depth) {
    if (segments.empty()) return;
    const Extent extent = extent_of(segments);
    const auto gutter = depth < kMaxColumnDepth ? find_gutter(segments, extent, median_size(segments)) : std::nullopt;
    if (!gutter || gutter->crossing * 2 > segments.size()) return column(segments, extent);
    bands(segments, extent, gutter->at, depth);
  }

 private:
  static float median_size(const Segments& segments) {
    std::vector<float> sizes;
    for (const auto* segment : segments) sizes.push_back(segment->size);
    std::ranges::nth_element(sizes, sizes.begin() + static_cast<std::ptrdiff_t>(sizes.size() / 2));
    return sizes[sizes.size() / 2];
  }

  /// Cuts at lines that cross the gutter; between them the left side comes before the right, if both are prose.
  void bands(const Segments& segments, const Extent& extent, float gutter, int depth) {
    Segments single;
    Segments left;
    Segments right;
    const auto finish = [&] {
      if (is_prose(left) && is_prose(right)) {
        column(single, extent);
        single.clear();
        region(left, depth + 1);
        region(right, depth + 1);
      } else {
        single.insert(single.end(), left.begin(), left.end());
        single.insert(single.end(), right.begin(), right.end());
      }
      left.clear();
      right.clear();
    };
    for (const auto* segment : segments) {
      const bool crosses = segment->u0 < gutter && segment->u1 > gutter;
      if (crosses) {
        finish();
        single.push_back(segment);
      } else {
        (segment->u1 <= gutter ? left : right).push_back(segment);
      }
    }
    finish();
    column(single, extent);
  }

  /// Writes one column, from the top.
  void column(Segments segments, const Extent& extent) {
    if (segments.empty()) return;
    std::ranges::stable_sort(segments, [](auto* a, auto* b) { return a->baseline < b->baseline; });
    ++columns_;
    for (std::size_t begin = 0; begin < segments.size();) {
      std::size_t end = begin + 1;
      while (end < segments.size() && same_baseline(segments[end]->baseline, segments[begin]->baseline,
                                                    std::max(segments[end]->size, segments[begin]->size)))
        ++end;
      line(segments, begin, end, extent);
      begin = end;
    }
  }

  void line(const Segments& segments, std::size_t begin, std::size_t end, const Extent& extent) {
    Line line;
    for (std::size_t i = begin; i < end; ++i) line.segments.push_back(*segments[i]);
    std::ranges::sort(line.segments, {}, &Segment::u0);
    line.u0 = line.segments.front().u0;
    std::size_t most = 0;
    for (const auto& segment : line.segments) {
      line.u1 = std::max(line.u1, segment.u1);
      if (segment.text.size() >= most) most = segment.text.size(), line.size = segment.size, line.baseline = segment.baseline;
    }
    line.column = columns_;
    line.column_u0 = extent.u0;
    line.column_u1 = extent.u1;
    out_.push_back(std::move(line));
  }

  std::vector<Line>& out_;
  std::uint32_t columns_ = 0;
};

}  // namespace

bool Line::artifact() const {
  return std::ranges::all_of(segments, [](const Segment& s) { return s.artifact; });
}

std::u32string Line::text() const {
  std::u32string out;
  std::size_t rtl = 0;
  for (const auto& segment : segments) rtl += std::ranges::any_of(segment.text, is_rtl_letter);
  const bool from_right = rtl * 2 > segments.size();
  for (std::size_t i = 0; i < segments.size(); ++i) {
    if (!out.empty()) out += U' ';
    out += segments[from_right ? segments.size() - 1 - i : i].text;
  }
  return out;
}

std::vector<Line> lay_out(const WordGroup& group) {
  std::vector<Line> lines;
  const std::vector<Segment> segments = build_segments(group.words);
  Segments all;
  for (const auto& segment : segments) all.push_back(&segment);
  ColumnOrder(lines).region(all, 0);
  return lines;
}

}  // namespace cairn::extraction
