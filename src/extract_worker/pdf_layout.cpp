#include "extract_worker/pdf_layout.h"

#include <unicode/uchar.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "extract_worker/text_cleaning.h"

namespace cairn::extraction {
namespace {

/// The narrowest gutter between columns of text, in font sizes.
constexpr float kGutter = 0.9f;
constexpr int kMaxColumnDepth = 4;

bool same_baseline(float a, float b, float size) { return std::abs(a - b) < 0.3f * size; }

/// Words with a common baseline, from the left.
struct WordLine {
  std::vector<const Word*> words;
  float baseline = 0;
  float size = 0;

  float u0() const { return words.front()->u0; }
  float u1() const {
    float end = words.front()->u1;
    for (const auto* word : words) end = std::max(end, word->u1);
    return end;
  }
  void sort() {
    std::ranges::stable_sort(words, {}, [](const Word* w) { return w->u0; });
  }
};

using WordLines = std::vector<WordLine>;

bool overlaps(const WordLine& line, const Word& word) {
  return std::ranges::any_of(line.words, [&](const Word* other) {
    return std::min(other->u1, word.u1) - std::max(other->u0, word.u0) > 0.2f * word.size;
  });
}

/// Raised and lowered small words (footnote marks, fractions, exponents) go to the line whose gaps they stand in.
void attach_small_lines(WordLines& lines) {
  for (std::size_t i = 0; i < lines.size(); ++i) {
    for (const std::size_t k : {i - 1, i + 1}) {
      if (k >= lines.size() || lines[k].words.empty() || lines[i].words.empty()) continue;
      // Lines of text cannot stand this close, whatever their sizes.
      const float distance = std::abs(lines[k].baseline - lines[i].baseline);
      const bool smaller = lines[i].size <= 0.8f * lines[k].size && distance < 0.7f * lines[k].size;
      const bool few = lines[i].words.size() * 3 <= lines[k].words.size() && distance < 0.55f * lines[k].size;
      if (!smaller && !few) continue;
      std::erase_if(lines[i].words, [&](const Word* word) {
        if (overlaps(lines[k], *word)) return false;
        lines[k].words.push_back(word);
        return true;
      });
      lines[k].sort();
    }
  }
  std::erase_if(lines, [](const WordLine& line) { return line.words.empty(); });
}

/// From the top.
WordLines build_lines(const std::vector<Word>& words) {
  std::vector<const Word*> order;
  for (const auto& word : words) order.push_back(&word);
  std::ranges::stable_sort(order, {}, [](const Word* w) { return w->baseline; });
  WordLines lines;
  for (const auto* word : order) {
    const bool joins =
        !lines.empty() &&
        same_baseline(word->baseline, lines.back().words.back()->baseline, std::max(lines.back().size, word->size)) &&
        word->baseline - lines.back().words.front()->baseline < 0.5f * std::max(lines.back().size, word->size);
    if (!joins) lines.push_back({.words = {}, .baseline = word->baseline, .size = word->size});
    lines.back().words.push_back(word);
    lines.back().size = std::max(lines.back().size, word->size);
  }
  for (auto& line : lines) line.sort();
  attach_small_lines(lines);
  return lines;
}

struct Extent {
  float u0 = 1e9f, u1 = -1e9f;
  float width() const { return u1 - u0; }
};

/// A few lines may stick out: page numbers in the margin, overlong words.
Extent extent_of(const WordLines& lines) {
  std::vector<float> begins;
  std::vector<float> ends;
  for (const auto& line : lines) begins.push_back(line.u0()), ends.push_back(line.u1());
  std::ranges::sort(begins);
  std::ranges::sort(ends);
  return {begins[begins.size() / 20], ends[ends.size() - 1 - ends.size() / 20]};
}

/// Characters, counting those of scripts without spaces twice: they say twice as much.
std::size_t weight_of(const WordLine& line) {
  std::size_t weight = 0;
  for (const auto* word : line.words)
    for (const char32_t c : word->text) weight += is_spaceless_script(c) ? 2 : 1;
  return weight;
}

float inked_width(const WordLine& line) {
  float width = 0;
  for (const auto* word : line.words) width += word->u1 - word->u0;
  return width;
}

/// Whether these are lines of prose rather than cells of a table or labels of a drawing: most characters stand in
/// lines that fill a good part of the width without large gaps.
bool is_prose(const WordLines& lines) {
  if (lines.size() < 3) return false;
  const Extent extent = extent_of(lines);
  std::size_t total = 0;
  std::size_t in_long = 0;
  for (const auto& line : lines) {
    const std::size_t weight = weight_of(line);
    const float span = line.u1() - line.u0();
    total += weight;
    if (weight >= 18 && span > 0.55f * extent.width() && inked_width(line) > 0.7f * span) in_long += weight;
  }
  return in_long * 10 >= total * 6;
}

struct Gutter {
  float at = 0;
  float width = 0;
  std::size_t crossing = 0;
};

/// The position that the fewest words cross with a free gutter around it, in the middle part of the region.
std::optional<Gutter> find_gutter(const WordLines& lines, const Extent& extent, float size) {
  std::vector<std::pair<float, int>> edges;
  const float half = kGutter * size / 2;
  for (const auto& line : lines)
    for (const auto* word : line.words) {
      edges.emplace_back(word->u0 - half, 1);
      edges.emplace_back(word->u1 + half, -1);
    }
  std::ranges::sort(edges);
  std::optional<Gutter> best;
  int open = 0;
  for (std::size_t i = 0; i + 1 < edges.size(); ++i) {
    open += edges[i].second;
    const float width = edges[i + 1].first - edges[i].first;
    const float middle = edges[i].first + width / 2;
    if (width <= 0 || middle < extent.u0 + 0.12f * extent.width() || middle > extent.u1 - 0.12f * extent.width())
      continue;
    const auto crossing = static_cast<std::size_t>(std::max(open, 0));
    if (!best || crossing < best->crossing || (crossing == best->crossing && width > best->width))
      best = Gutter{middle, width, crossing};
  }
  return best;
}

/// Lines that go on from the line above, in percent: they begin with a small letter, or follow a full line in a script
/// without letters of two sizes. Cells begin anew.
std::size_t continuing_percent(const WordLines& lines) {
  const Extent extent = extent_of(lines);
  std::size_t continuing = 0;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const char32_t first = lines[i].words.front()->text.front();
    const bool full_above = lines[i - 1].u1() > extent.u1 - 0.08f * extent.width();
    continuing += u_islower(static_cast<UChar32>(first)) || (is_spaceless_script(first) && full_above);
  }
  return continuing * 100 / std::max<std::size_t>(1, lines.size() - 1);
}

/// Two columns of a table whose cells are long enough to look like prose: many common baselines, and on one side hardly
/// a line that goes on from the one above, while cells on the other side may have two lines.
bool are_rows(const WordLines& left, const WordLines& right) {
  std::size_t common = 0;
  for (const auto& line : left)
    common += std::ranges::any_of(
        right, [&](const WordLine& other) { return same_baseline(line.baseline, other.baseline, line.size); });
  const std::size_t on_left = continuing_percent(left);
  const std::size_t on_right = continuing_percent(right);
  return common * 2 >= std::min(left.size(), right.size()) && std::min(on_left, on_right) < 10 &&
         std::max(on_left, on_right) < 40;
}

/// The words of `line` on one side of the gutter.
WordLine side_of(const WordLine& line, float gutter, bool left) {
  WordLine side{.words = {}, .baseline = line.baseline, .size = line.size};
  for (const auto* word : line.words)
    if ((word->u1 <= gutter) == left) side.words.push_back(word);
  return side;
}

bool crosses(const WordLine& line, float gutter, float half) {
  const Word* before = nullptr;
  const Word* after = nullptr;
  for (const auto* word : line.words) {
    if (word->u0 < gutter && word->u1 > gutter) return true;
    if (word->u1 <= gutter && (before == nullptr || word->u1 > before->u1)) before = word;
    if (word->u0 >= gutter && (after == nullptr || word->u0 < after->u0)) after = word;
  }
  // A word space that happens to lie over the gutter: the line goes on through it.
  return before != nullptr && after != nullptr && after->u0 - before->u1 < half;
}

/// Lines above one another that the gutter divides, or one run of lines that it does not.
struct Band {
  WordLines whole;
  WordLines left;
  WordLines right;
};

class ColumnOrder {
 public:
  explicit ColumnOrder(std::vector<Line>& out) : out_(out) {}

  void region(const WordLines& lines, int depth) {
    if (lines.empty()) return;
    const Extent extent = extent_of(lines);
    const float size = median_size(lines);
    const auto gutter = depth < kMaxColumnDepth ? find_gutter(lines, extent, size) : std::nullopt;
    if (!gutter || gutter->crossing * 2 > lines.size()) return column(lines, extent);
    const std::vector<Band> bands = cut(lines, gutter->at, kGutter * size);
    if (!has_columns(bands)) return column(lines, extent);
    for (const auto& band : bands) {
      column(band.whole, extent);
      if (is_table(band)) {
        column(merged(band), extent);
      } else {
        region(band.left, depth + 1);
        region(band.right, depth + 1);
      }
    }
  }

 private:
  static float median_size(const WordLines& lines) {
    std::vector<float> sizes;
    for (const auto& line : lines) sizes.push_back(line.size);
    std::ranges::nth_element(sizes, sizes.begin() + static_cast<std::ptrdiff_t>(sizes.size() / 2));
    return sizes[sizes.size() / 2];
  }

  static std::vector<Band> cut(const WordLines& lines, float gutter, float half) {
    std::vector<Band> bands(1);
    for (const auto& line : lines) {
      if (crosses(line, gutter, half)) {
        if (!bands.back().left.empty() || !bands.back().right.empty()) bands.emplace_back();
        bands.back().whole.push_back(line);
        continue;
      }
      const WordLine left = side_of(line, gutter, true);
      const WordLine right = side_of(line, gutter, false);
      if (!left.words.empty()) bands.back().left.push_back(left);
      if (!right.words.empty()) bands.back().right.push_back(right);
    }
    return bands;
  }

  /// Judged over the whole region, so that a short band between two figures follows the others.
  static bool has_columns(const std::vector<Band>& bands) {
    WordLines left;
    WordLines right;
    for (const auto& band : bands) {
      left.insert(left.end(), band.left.begin(), band.left.end());
      right.insert(right.end(), band.right.begin(), band.right.end());
    }
    return is_prose(left) && is_prose(right) && !are_rows(left, right);
  }

  /// Short texts side by side on common baselines, between columns of prose.
  static bool is_table(const Band& band) {
    if (band.left.size() < 2 || band.right.size() < 2 || is_prose(band.left) || is_prose(band.right)) return false;
    std::size_t common = 0;
    for (const auto& left : band.left)
      common += std::ranges::any_of(
          band.right, [&](const WordLine& right) { return same_baseline(left.baseline, right.baseline, left.size); });
    return common * 10 >= std::max(band.left.size(), band.right.size()) * 7;
  }

  static WordLines merged(const Band& band) {
    WordLines lines = band.left;
    for (const auto& right : band.right) {
      const auto same = std::ranges::find_if(
          lines, [&](const WordLine& left) { return same_baseline(left.baseline, right.baseline, left.size); });
      if (same == lines.end()) lines.push_back(right);
      else same->words.insert(same->words.end(), right.words.begin(), right.words.end()), same->sort();
    }
    std::ranges::stable_sort(lines, {}, &WordLine::baseline);
    return lines;
  }

  /// Writes one column, from the top.
  void column(const WordLines& lines, const Extent& extent) {
    if (lines.empty()) return;
    ++columns_;
    for (const auto& words : lines) {
      Line line{.segments = build_segments(words.words),
                .cells = {},
                .u0 = words.u0(),
                .u1 = words.u1(),
                .baseline = words.baseline,
                .size = words.size,
                .column = columns_,
                .column_u0 = extent.u0,
                .column_u1 = extent.u1};
      std::size_t most = 0;
      for (const auto& segment : line.segments)
        if (segment.text.size() > most)
          most = segment.text.size(), line.size = segment.size, line.baseline = segment.baseline;
      out_.push_back(std::move(line));
    }
  }

  std::vector<Line>& out_;
  std::uint32_t columns_ = 0;
};

}  // namespace

bool Line::artifact() const {
  return std::ranges::all_of(segments, [](const Segment& s) { return s.artifact; });
}

std::u32string Line::text() const {
  if (!cells.empty()) return cells_as_text();
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

std::u32string Line::cells_as_text() const {
  std::u32string out;
  for (const auto& cell : cells) (out += cell) += U' ';
  return out;
}

std::vector<Line> lay_out(const WordGroup& group) {
  std::vector<Line> lines;
  ColumnOrder(lines).region(build_lines(group.words), 0);
  return lines;
}

}  // namespace cairn::extraction
