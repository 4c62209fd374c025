#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/span.h"

namespace cairn::utf8 {

/// Whether `text` is well-formed UTF-8 (Unicode 15, table 3-7: no overlong forms, no surrogates).
bool is_valid(std::string_view text);

/// Number of code points in well-formed UTF-8.
std::size_t length(std::string_view text);

/// Byte offset of a code point, or the text's size when it has no more than `code_point`. Reads no byte outside of any
/// text.
std::size_t offset_of(std::string_view text, std::size_t code_point);

/// Decodes the code point at byte `offset` and moves `offset` past it. `text` must be well-formed.
char32_t next(std::string_view text, std::size_t& offset);

void append(std::string& text, char32_t code_point);

/// Replaces every ill-formed sequence by U+FFFD, as the Unicode standard recommends (maximal subparts).
std::string repair(std::string_view text);

/// Turns code-point positions of one text into byte offsets in O(1), with one entry kept every 64 code points.
/// Holds a view of the text: the text must outlive it and must be well-formed.
class CodePointIndex {
 public:
  explicit CodePointIndex(std::string_view text);

  std::size_t size() const { return length_; }
  std::size_t byte_offset(std::size_t code_point) const;
  std::size_t code_point_at(std::size_t byte_offset) const;
  std::string_view slice(Span span) const;

 private:
  std::string_view text_;
  std::vector<std::uint32_t> every_64th_;
  std::size_t length_ = 0;
};

}  // namespace cairn::utf8
