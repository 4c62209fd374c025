#include "extract_worker/pdf_words.h"

#include <unicode/uchar.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <deque>

namespace cairn::extraction {
namespace {

/// Directions of writing: right, down, left, up; and everything in between.
enum Direction : std::size_t { kRight, kDown, kLeft, kUp, kSlanted, kDirections };

/// Gaps in units of the font size. Spaces are .2 to .3 wide in most fonts; kerning and tracking stay below a tenth.
constexpr float kWordGap = 0.13f;
constexpr float kOverlap = 0.4f;
constexpr float kBaselineTolerance = 0.15f;

struct PlacedGlyph {
  float u0, u1, v;
  const Glyph* glyph;
};

Direction direction_of(const Glyph& glyph) {
  const float x = std::abs(glyph.advance_x);
  const float y = std::abs(glyph.advance_y);
  if (y <= 0.15f * x || (x < 0.01f && y < 0.01f)) return glyph.advance_x >= 0 ? kRight : kLeft;
  if (x <= 0.15f * y) return glyph.advance_y >= 0 ? kDown : kUp;
  return kSlanted;
}

PlacedGlyph place(const Glyph& glyph, Direction direction, const GlyphPage& page) {
  const float x1 = glyph.x + glyph.advance_x;
  const float y1 = glyph.y + glyph.advance_y;
  switch (direction) {
    case kDown: return {glyph.y, y1, page.width - glyph.x, &glyph};
    case kLeft: return {page.width - glyph.x, page.width - x1, page.height - glyph.y, &glyph};
    case kUp: return {page.height - glyph.y, page.height - y1, glyph.x, &glyph};
    default: return {std::min(glyph.x, x1), std::max(glyph.x, x1), glyph.y, &glyph};
  }
}

bool is_space(std::u32string_view text) {
  return std::ranges::all_of(text, [](char32_t c) { return u_isUWhiteSpace(static_cast<UChar32>(c)) || c == 0x200b; });
}

bool is_mark(std::u32string_view text) {
  return text.size() == 1 && (U_GET_GC_MASK(static_cast<UChar32>(text[0])) & U_GC_M_MASK) != 0;
}

/// Collects glyphs in the order of the file, which seldom mixes lines, into words.
class WordBuilder {
 public:
  WordBuilder(const GlyphPage& page, WordGroup& out) : page_(page), out_(out) {}

  void add(const PlacedGlyph& placed) {
    const auto text = page_.text_of(*placed.glyph);
    if (is_space(text)) {
      finish();
      space_pending_ = true;
      return;
    }
    if (!glyphs_.empty() && is_repeat(placed, text)) return;
    if (!glyphs_.empty() && !continues(placed, text)) finish();
    const bool before = !glyphs_.empty() && placed.u0 < glyphs_.front().u0;
    if (before) glyphs_.push_front(placed);
    else glyphs_.push_back(placed);
  }

  void finish() {
    if (glyphs_.empty()) return;
    const Glyph& first = *glyphs_.front().glyph;
    Word word{.u0 = glyphs_.front().u0,
              .u1 = glyphs_.front().u1,
              .baseline = glyphs_.front().v,
              .size = first.size,
              .bold = first.bold,
              .fixed_width = first.fixed_width,
              .artifact = first.artifact,
              .space_before = space_pending_};
    std::vector<std::u32string_view> units;
    for (const auto& placed : glyphs_) {
      word.u0 = std::min(word.u0, placed.u0);
      word.u1 = std::max(word.u1, placed.u1);
      word.size = std::max(word.size, placed.glyph->size);
      units.push_back(page_.text_of(*placed.glyph));
    }
    word.text = to_logical_order(units);
    out_.words.push_back(std::move(word));
    glyphs_.clear();
    space_pending_ = false;
  }

 private:
  /// A second copy a hair's breadth aside makes a font look bold.
  bool is_repeat(const PlacedGlyph& placed, std::u32string_view text) const {
    const auto& last = glyphs_.back();
    return std::abs(placed.u0 - last.u0) < 0.2f * last.glyph->size &&
           std::abs(placed.v - last.v) < 0.2f * last.glyph->size && text == page_.text_of(*last.glyph) &&
           last.u1 - last.u0 > 0.3f * last.glyph->size;
  }

  bool continues(const PlacedGlyph& placed, std::u32string_view text) const {
    const float size = std::max(placed.glyph->size, glyphs_.back().glyph->size);
    const float smaller = std::min(placed.glyph->size, glyphs_.back().glyph->size);
    if (is_mark(text)) return placed.u0 < glyphs_.back().u1 + size && placed.u1 > glyphs_.front().u0 - size;
    // A raised or lowered smaller glyph belongs to the word: 1/4, H2O, footnote marks.
    const float tolerance = smaller < 0.85f * size ? 0.6f : kBaselineTolerance;
    if (std::abs(placed.v - glyphs_.back().v) > tolerance * size) return false;
    const float gap_after = placed.u0 - glyphs_.back().u1;
    if (gap_after < kWordGap * size && gap_after > -kOverlap * size) return true;
    const float gap_before = glyphs_.front().u0 - placed.u1;
    const bool right_to_left = std::ranges::any_of(text, is_rtl_letter);
    return right_to_left && gap_before < kWordGap * size && gap_before > -kOverlap * size;
  }

  const GlyphPage& page_;
  WordGroup& out_;
  std::deque<PlacedGlyph> glyphs_;
  bool space_pending_ = false;
};

}  // namespace

bool is_rtl_letter(char32_t c) {
  if (c < 0x590) return false;
  return (c <= 0x8ff) || (c >= 0xfb1d && c <= 0xfdff) || (c >= 0xfe70 && c <= 0xfefe) || (c >= 0x10800 && c <= 0x10fff);
}

std::u32string to_logical_order(const std::vector<std::u32string_view>& units) {
  std::u32string out;
  const bool any_rtl = std::ranges::any_of(units, [](auto unit) { return std::ranges::any_of(unit, is_rtl_letter); });
  if (!any_rtl) {
    for (const auto unit : units) out += unit;
    return out;
  }
  // Inside one word: letters from the right, but digits and Latin letters as they stand.
  const auto is_ltr = [](std::u32string_view unit) {
    return std::ranges::any_of(unit,
                               [](char32_t c) { return u_isalnum(static_cast<UChar32>(c)) && !is_rtl_letter(c); }) ||
           std::ranges::any_of(unit, [](char32_t c) { return c >= 0x660 && c <= 0x669; });
  };
  for (std::size_t i = units.size(); i > 0;) {
    std::size_t begin = i - 1;
    if (is_ltr(units[begin])) {
      while (begin > 0 && is_ltr(units[begin - 1])) --begin;
      for (std::size_t k = begin; k < i; ++k) out += units[k];
    } else {
      out += units[begin];
    }
    i = begin;
  }
  // A mark that was drawn before its letter: the letter comes first in the text.
  for (std::size_t i = 0; i + 1 < out.size(); ++i)
    if (i == 0 && is_mark(out.substr(0, 1))) std::swap(out[0], out[1]);
  return out;
}

std::vector<WordGroup> build_words(const GlyphPage& page) {
  std::array<std::size_t, kDirections> counts = {};
  for (const auto& glyph : page.glyphs) ++counts[direction_of(glyph)];
  std::array<std::size_t, kDirections> order = {kRight, kDown, kLeft, kUp, kSlanted};
  std::stable_sort(order.begin(), order.end() - 1, [&](auto a, auto b) { return counts[a] > counts[b]; });

  std::vector<WordGroup> groups;
  for (const std::size_t direction : order) {
    if (counts[direction] == 0) continue;
    const bool across = direction == kDown || direction == kUp;
    WordGroup group{
        .width = across ? page.height : page.width, .height = across ? page.width : page.height, .words = {}};
    WordBuilder builder(page, group);
    for (const auto& glyph : page.glyphs)
      if (direction_of(glyph) == direction) builder.add(place(glyph, static_cast<Direction>(direction), page));
    builder.finish();
    groups.push_back(std::move(group));
  }
  return groups;
}

}  // namespace cairn::extraction
