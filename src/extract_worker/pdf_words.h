#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "extract_worker/pdf_glyphs.h"

namespace cairn::extraction {

/// Glyphs that stand together. `u` runs along the line and `v` across the lines, both in reading direction for a script
/// that is written left to right: for text rotated on the page they are rotated with it.
struct Word {
  float u0 = 0, u1 = 0;
  float baseline = 0;
  float size = 0;
  std::u32string text;  ///< In logical order.
  bool bold = false;
  bool fixed_width = false;
  bool artifact = false;
  bool space_before = false;  ///< The file has a space character here, or the gap is as wide as one.

  float top() const { return baseline - 0.75f * size; }
  float bottom() const { return baseline + 0.25f * size; }
};

/// The words of a page in one direction of writing.
struct WordGroup {
  float width = 0;  ///< Of the page in this direction.
  float height = 0;
  std::vector<Word> words;
};

/// Builds words, the direction with most glyphs first. Glyphs drawn twice for a bold look are taken once. Text at other
/// angles (watermarks) comes last, by itself.
std::vector<WordGroup> build_words(const GlyphPage& page);

bool is_rtl_letter(char32_t c);
/// Puts visual order (left to right as on the page) into logical order. Each unit is one glyph's text.
std::u32string to_logical_order(const std::vector<std::u32string_view>& units);

}  // namespace cairn::extraction
