#pragma once

// poppler's headers are included here and in the two source files beside it, and nowhere else.
#include <poppler/GfxFont.h>
#include <poppler/GfxState.h>
#include <poppler/OutputDev.h>

#include <optional>
#include <vector>

#include "extract_worker/pdf_glyphs.h"

namespace cairn::extraction {

/// The "device" that poppler draws a page on: it keeps glyphs and rules, and draws nothing.
class GlyphCollector final : public OutputDev {
 public:
  bool upsideDown() override { return true; }
  bool useDrawChar() override { return true; }
  bool interpretType3Chars() override { return false; }
  bool needNonText() override { return false; }

  void startPage(int number, GfxState* state, XRef* xref) override;
  void updateFont(GfxState* state) override;
  void drawChar(GfxState* state, double x, double y, double dx, double dy, double origin_x, double origin_y,
                CharCode code, int bytes, const Unicode* unicode, int unicode_size) override;
  void beginActualText(GfxState* state, const GooString* text) override;
  void endActualText(GfxState* state) override;
  void beginMarkedContent(const char* name, Dict* properties) override;
  void endMarkedContent(GfxState* state) override;
  void stroke(GfxState* state) override { keep_rules(state); }
  void fill(GfxState* state) override { keep_rules(state); }
  void eoFill(GfxState* state) override { keep_rules(state); }

  /// The page drawn last; leaves an empty one.
  GlyphPage take_page() { return std::exchange(page_, {}); }

 private:
  void add(Glyph glyph, std::u32string_view text);
  void keep_rules(GfxState* state);

  GlyphPage page_;
  float size_ = 0;
  bool bold_ = false;
  bool fixed_width_ = false;
  bool vertical_ = false;
  bool bitmap_font_ = false;
  std::vector<bool> marked_artifact_;
  int artifact_depth_ = 0;
  std::optional<std::u32string> actual_text_;
  std::optional<Glyph> actual_glyph_;
};

}  // namespace cairn::extraction
