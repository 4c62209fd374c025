#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "extract_worker/pdf_words.h"

namespace cairn::extraction {

/// Words of one line that follow each other without a wide gap.
struct Segment {
  float u0 = 0, u1 = 0;
  float baseline = 0;
  float size = 0;  ///< Of most of its characters.
  bool bold = false;
  bool fixed_width = false;
  bool artifact = false;
  std::u32string text;
  std::vector<Word> words;  ///< In visual order; kept until tables are found.
};

/// Segments with a common baseline, left to right.
struct Line {
  std::vector<Segment> segments;
  std::vector<std::u32string> cells;  ///< Of a table row; empty for other lines.
  float u0 = 0, u1 = 0;
  float baseline = 0;
  float size = 0;
  std::uint32_t column = 0;  ///< Lines of different columns are never one paragraph.
  float column_u0 = 0, column_u1 = 0;

  bool artifact() const;
  std::u32string text() const;

 private:
  std::u32string cells_as_text() const;
};

/// Cuts the words of one line, given from the left, at wide gaps; words printed twice are taken once.
std::vector<Segment> build_segments(const std::vector<const Word*>& words);

/// Text of words that stand side by side, in visual order, as it is read.
std::u32string join_words(const std::vector<Word>& words);

/// Lines of one direction in reading order: columns are found by gutters that no text crosses, and full-width lines
/// between them (titles, captions) separate what is above from what is below.
std::vector<Line> lay_out(const WordGroup& group);

}  // namespace cairn::extraction
