#include "base/utf8.h"

#include <algorithm>
#include <cstring>

namespace cairn::utf8 {
namespace {

constexpr std::uint64_t high_bits = 0x8080808080808080;

/// Eight bytes at once; most text is looked at this way.
std::uint64_t word_at(std::string_view text, std::size_t i) {
  std::uint64_t word = 0;
  std::memcpy(&word, text.data() + i, sizeof(word));
  return word;
}

/// A byte continues a code point when its top bits are 10: bit 7 set and bit 6 clear.
std::size_t continuations_in(std::uint64_t word) {
  // The eight bits are gathered by a multiplication: without the instruction for it, counting bits is a call.
  return static_cast<std::size_t>((((word & ~(word << 1) & high_bits) >> 7) * 0x0101010101010101) >> 56);
}

unsigned char at(std::string_view text, std::size_t i) { return static_cast<unsigned char>(text[i]); }
bool is_continuation(unsigned char c) { return (c & 0xC0) == 0x80; }

/// Length of the well-formed sequence at `i`, or 0; `consumed` is the length of the maximal ill-formed subpart.
std::size_t sequence_length(std::string_view text, std::size_t i, std::size_t& consumed) {
  const unsigned char lead = at(text, i);
  consumed = 1;
  if (lead < 0x80) return 1;
  std::size_t length = 0;
  unsigned char low = 0x80, high = 0xBF;
  if (lead >= 0xC2 && lead <= 0xDF) length = 2;
  else if (lead >= 0xE0 && lead <= 0xEF) {
    length = 3;
    if (lead == 0xE0) low = 0xA0;
    if (lead == 0xED) high = 0x9F;
  } else if (lead >= 0xF0 && lead <= 0xF4) {
    length = 4;
    if (lead == 0xF0) low = 0x90;
    if (lead == 0xF4) high = 0x8F;
  } else return 0;
  for (std::size_t k = 1; k < length; ++k) {
    if (i + k >= text.size()) return 0;
    const unsigned char c = at(text, i + k);
    if (k == 1 ? (c < low || c > high) : !is_continuation(c)) return 0;
    consumed = k + 1;
  }
  return length;
}

}  // namespace

bool is_valid(std::string_view text) {
  std::size_t consumed = 0;
  for (std::size_t i = 0; i < text.size();) {
    if (i + 8 <= text.size() && (word_at(text, i) & high_bits) == 0) {
      i += 8;
    } else if (at(text, i) < 0x80) {
      ++i;
    } else {
      const std::size_t n = sequence_length(text, i, consumed);
      if (n == 0) return false;
      i += n;
    }
  }
  return true;
}

std::size_t length(std::string_view text) {
  std::size_t continuations = 0, i = 0;
  for (; i + 8 <= text.size(); i += 8) continuations += continuations_in(word_at(text, i));
  for (; i < text.size(); ++i) continuations += is_continuation(at(text, i)) ? 1 : 0;
  return text.size() - continuations;
}

std::size_t offset_of(std::string_view text, std::size_t code_point) {
  std::size_t left = code_point, i = 0;
  for (; i + 8 <= text.size(); i += 8) {
    const std::size_t starts = 8 - continuations_in(word_at(text, i));
    if (starts > left) break;
    left -= starts;
  }
  for (; i < text.size(); ++i)
    if (!is_continuation(at(text, i)) && left-- == 0) return i;
  return text.size();
}

char32_t next(std::string_view text, std::size_t& offset) {
  const unsigned char lead = at(text, offset);
  if (lead < 0x80) {
    ++offset;
    return lead;
  }
  const std::size_t n = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  char32_t code_point = lead & (0xFFu >> (n + 1));
  for (std::size_t k = 1; k < n; ++k) code_point = (code_point << 6) | (at(text, offset + k) & 0x3Fu);
  offset += n;
  return code_point;
}

void append(std::string& text, char32_t c) {
  const auto put = [&](char32_t byte) { text.push_back(static_cast<char>(byte)); };
  if (c < 0x80) put(c);
  else if (c < 0x800) {
    put(0xC0 | (c >> 6));
    put(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    put(0xE0 | (c >> 12));
    put(0x80 | ((c >> 6) & 0x3F));
    put(0x80 | (c & 0x3F));
  } else {
    put(0xF0 | (c >> 18));
    put(0x80 | ((c >> 12) & 0x3F));
    put(0x80 | ((c >> 6) & 0x3F));
    put(0x80 | (c & 0x3F));
  }
}

std::string repair(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  std::size_t consumed = 0;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t n = sequence_length(text, i, consumed);
    if (n == 0) {
      append(out, 0xFFFD);
      i += consumed;
    } else {
      out.append(text.substr(i, n));
      i += n;
    }
  }
  return out;
}

CodePointIndex::CodePointIndex(std::string_view text) : text_(text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_continuation(at(text, i))) continue;
    if (length_ % 64 == 0) every_64th_.push_back(static_cast<std::uint32_t>(i));
    ++length_;
  }
}

std::size_t CodePointIndex::byte_offset(std::size_t code_point) const {
  if (code_point >= length_) return text_.size();
  std::size_t offset = every_64th_[code_point / 64];
  for (std::size_t left = code_point % 64; left > 0; --left) next(text_, offset);
  return offset;
}

std::size_t CodePointIndex::code_point_at(std::size_t byte_offset) const {
  if (byte_offset >= text_.size()) return length_;
  const auto after = std::upper_bound(every_64th_.begin(), every_64th_.end(), byte_offset);
  const auto block = static_cast<std::size_t>(after - every_64th_.begin()) - 1;
  return block * 64 + length(text_.substr(every_64th_[block], byte_offset - every_64th_[block]));
}

std::string_view CodePointIndex::slice(Span span) const {
  const std::size_t begin = byte_offset(span.start);
  return text_.substr(begin, byte_offset(span.end) - begin);
}

}  // namespace cairn::utf8
