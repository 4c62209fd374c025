#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace cairn::extraction {

/// One shown glyph, in points from the top left corner of the page.
struct Glyph {
  float x = 0;  ///< Origin on the baseline.
  float y = 0;
  float advance_x = 0;  ///< To where the next glyph would go, without extra spacing.
  float advance_y = 0;
  float size = 0;  ///< Font size as seen.
  std::uint32_t text_begin = 0;
  std::uint16_t text_size = 0;  ///< Code points; several for a ligature.
  bool bold = false;
  bool fixed_width = false;
  bool artifact = false;  ///< Tagged by the producer as a running header, footer or page number.
};

/// A horizontal line or edge of a box drawn on the page.
struct Rule {
  float x0, y0, x1, y1;
};

struct GlyphPage {
  float width = 0;
  float height = 0;
  std::vector<Glyph> glyphs;
  std::u32string text;  ///< Of all glyphs; see Glyph::text_begin.
  std::vector<Rule> rules;
  std::size_t unmapped = 0;  ///< Glyphs whose font does not tell which character they are.

  std::u32string_view text_of(const Glyph& glyph) const {
    return std::u32string_view(text).substr(glyph.text_begin, glyph.text_size);
  }
};

}  // namespace cairn::extraction
