#include "extract_worker/pdf_collector.h"

#include <poppler/UTF.h>
#include <unicode/normalizer2.h>

#include <algorithm>
#include <cmath>

namespace cairn::extraction {
namespace {

/// A page with more is a drawing, not a text.
constexpr std::size_t kMaxGlyphsOnPage = 500'000;
constexpr std::size_t kMaxRulesOnPage = 20'000;
/// Widest line that still counts as a rule of a table, in points.
constexpr double kMaxRuleWidth = 3.0;

/// Forms that exist for typesetting only: Latin ligatures, Arabic shapes, and CJK radicals that fonts mix up with the
/// characters themselves.
bool is_presentation_form(char32_t c) {
  return (c >= 0xfb00 && c <= 0xfb4f) || (c >= 0xfb50 && c <= 0xfdff) || (c >= 0xfe70 && c <= 0xfefe) ||
         (c >= 0x2e80 && c <= 0x2fdf);
}

void append_plain(std::u32string& out, char32_t c) {
  if (!is_presentation_form(c)) {
    out += c;
    return;
  }
  UErrorCode status = U_ZERO_ERROR;
  const auto* nfkc = icu::Normalizer2::getNFKCInstance(status);
  if (U_FAILURE(status)) return out.push_back(c);
  const icu::UnicodeString plain = nfkc->normalize(icu::UnicodeString(static_cast<UChar32>(c)), status);
  for (int i = 0; i < plain.length(); i = plain.moveIndex32(i, 1)) out += static_cast<char32_t>(plain.char32At(i));
}

bool is_control(char32_t c) { return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xfffd || c == 0xfeff; }

}  // namespace

void GlyphCollector::startPage(int, GfxState* state, XRef*) {
  page_ = {};
  page_.width = static_cast<float>(state->getPageWidth());
  page_.height = static_cast<float>(state->getPageHeight());
  marked_artifact_.clear();
  artifact_depth_ = 0;
  actual_text_.reset();
}

void GlyphCollector::updateFont(GfxState* state) {
  size_ = static_cast<float>(state->getTransformedFontSize());
  const auto& font = state->getFont();
  if (!font) return;
  const auto& name = font->getName();
  // Also names of TeX and PostScript fonts: CMBX10, NimbusRomNo9L-Medi.
  const auto says_bold = [](const std::string& text) {
    for (std::string_view part : {"Bold", "bold", "Black", "Heavy", "CMBX", "SFBX", "Medi", "Demi", "-Bd"})
      if (text.find(part) != std::string::npos) return true;
    return false;
  };
  bold_ = font->isBold() || font->getWeight() >= GfxFont::W600 || (name && says_bold(*name));
  fixed_width_ = font->isFixedWidth();
  vertical_ = font->getWMode() != 0;
  bitmap_font_ = font->getType() == fontType3;
  if (bitmap_font_) {
    // The nominal size says nothing here: the box of the font, in its own matrix, does (ISO 32000-1, 9.6.5).
    const double* box = font->getFontBBox();
    const double* matrix = font->getFontMatrix();
    const double height = std::abs(box[3] - box[1]) * std::abs(matrix[3]);
    if (height > 0.1 && height < 5) size_ = static_cast<float>(size_ * height * 0.8);
    else if (matrix[0] != 0) size_ = static_cast<float>(size_ * std::abs(matrix[3] / matrix[0]));
  }
}

void GlyphCollector::drawChar(GfxState* state, double x, double y, double dx, double dy, double, double, CharCode code,
                              int, const Unicode* unicode, int unicode_size) {
  if (page_.glyphs.size() >= kMaxGlyphsOnPage) return;
  double spacing = state->getCharSpace();
  if (code == 0x20) spacing += state->getWordSpace();
  double space_x = 0;
  double space_y = 0;
  if (vertical_) state->textTransformDelta(0, spacing, &space_x, &space_y);
  else state->textTransformDelta(spacing * state->getHorizScaling(), 0, &space_x, &space_y);
  double page_x = 0;
  double page_y = 0;
  double width = 0;
  double height = 0;
  state->transform(x, y, &page_x, &page_y);
  state->transformDelta(dx - space_x, dy - space_y, &width, &height);
  if (!std::isfinite(page_x) || !std::isfinite(page_y) || !std::isfinite(width) || !std::isfinite(height)) return;

  Glyph glyph{.x = static_cast<float>(page_x),
              .y = static_cast<float>(page_y),
              .advance_x = static_cast<float>(width),
              .advance_y = static_cast<float>(height),
              .size = std::max(size_, 0.5f)};
  glyph.bold = bold_ || state->getRender() == 2;
  glyph.fixed_width = fixed_width_;
  glyph.artifact = artifact_depth_ > 0;
  if (actual_text_) {
    if (!actual_glyph_) actual_glyph_ = glyph;
    actual_glyph_->advance_x = glyph.x + glyph.advance_x - actual_glyph_->x;
    actual_glyph_->advance_y = glyph.y + glyph.advance_y - actual_glyph_->y;
    return;
  }
  std::u32string text;
  for (int i = 0; i < unicode_size; ++i)
    if (!is_control(unicode[i])) append_plain(text, unicode[i]);
  if (text.empty()) ++page_.unmapped;
  else add(glyph, text);
}

void GlyphCollector::add(Glyph glyph, std::u32string_view text) {
  // Text beside the page is invisible to the reader: cut marks, notes of the printer.
  constexpr float kMargin = 20;
  if (glyph.x < -kMargin || glyph.y < -kMargin || glyph.x > page_.width + kMargin || glyph.y > page_.height + kMargin)
    return;
  glyph.text_begin = static_cast<std::uint32_t>(page_.text.size());
  glyph.text_size = static_cast<std::uint16_t>(std::min<std::size_t>(text.size(), 4000));
  page_.text += text.substr(0, glyph.text_size);
  page_.glyphs.push_back(glyph);
}

void GlyphCollector::beginActualText(GfxState*, const GooString* text) {
  actual_text_.emplace();
  actual_glyph_.reset();
  Unicode* unicode = nullptr;
  const int size = TextStringToUCS4(text->toStr(), &unicode);
  for (int i = 0; i < size; ++i)
    if (!is_control(unicode[i])) append_plain(*actual_text_, unicode[i]);
  gfree(unicode);
}

void GlyphCollector::endActualText(GfxState*) {
  if (actual_text_ && actual_glyph_ && !actual_text_->empty()) add(*actual_glyph_, *actual_text_);
  actual_text_.reset();
  actual_glyph_.reset();
}

void GlyphCollector::beginMarkedContent(const char* name, Dict* properties) {
  bool running = false;
  if (name != nullptr && std::string_view(name) == "Artifact" && properties != nullptr) {
    const Object type = properties->lookup("Type");
    running = type.isName("Pagination");
  }
  marked_artifact_.push_back(running);
  artifact_depth_ += running;
}

void GlyphCollector::endMarkedContent(GfxState*) {
  if (marked_artifact_.empty()) return;
  artifact_depth_ -= marked_artifact_.back();
  marked_artifact_.pop_back();
}

/// Horizontal rules, drawn as lines or flat boxes, and the edges of larger boxes.
void GlyphCollector::keep_rules(GfxState* state) {
  const GfxPath* path = state->getPath();
  for (int i = 0; i < path->getNumSubpaths() && page_.rules.size() < kMaxRulesOnPage; ++i) {
    const GfxSubpath* part = path->getSubpath(i);
    if (part->getNumPoints() < 2 || part->getNumPoints() > 6) continue;
    double x0 = 1e9;
    double y0 = 1e9;
    double x1 = -1e9;
    double y1 = -1e9;
    for (int p = 0; p < part->getNumPoints(); ++p) {
      double x = 0;
      double y = 0;
      state->transform(part->getX(p), part->getY(p), &x, &y);
      x0 = std::min(x0, x), x1 = std::max(x1, x), y0 = std::min(y0, y), y1 = std::max(y1, y);
    }
    const auto keep = [&](double top, double bottom) {
      page_.rules.push_back(
          {static_cast<float>(x0), static_cast<float>(top), static_cast<float>(x1), static_cast<float>(bottom)});
    };
    if (y1 - y0 <= kMaxRuleWidth && x1 - x0 > 10) {
      keep(y0, y1);
    } else if (part->getNumPoints() >= 4 && x1 - x0 > 10 && y1 - y0 > 6) {
      keep(y0, y0);  // The box of a cell: its upper and its lower edge.
      keep(y1, y1);
    }
  }
}

}  // namespace cairn::extraction
