#include "extract_worker/text_cleaning.h"

#include <vector>

#include "base/utf8.h"

namespace cairn::extraction {
namespace {

enum class Class { visible, space, line_end, hidden };

Class classify(char32_t c) {
  if (c > 0x20 && c < 0x7f) return Class::visible;
  if (c == '\n' || c == 0x85 || c == 0x0b || c == 0x0c || c == 0x2028 || c == 0x2029) return Class::line_end;
  if (c == ' ' || c == '\t' || c == '\r' || c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x202f ||
      c == 0x205f || c == 0x3000)
    return Class::space;
  const bool control = c < 0x20 || (c >= 0x7f && c < 0xa0);
  const bool noncharacter = (c & 0xfffe) == 0xfffe || (c >= 0xfdd0 && c <= 0xfdef);
  if (control || noncharacter || c == 0xfeff || c == 0xad || (c >= 0xfff9 && c <= 0xfffb)) return Class::hidden;
  return Class::visible;
}

/// A view of well-formed text; large texts are not copied when they are fine already.
class WellFormed {
 public:
  explicit WellFormed(std::string_view text) : view_(text) {
    if (utf8::is_valid(text)) return;
    repaired_ = utf8::repair(text);
    view_ = repaired_;
  }
  WellFormed(const WellFormed&) = delete;
  std::string_view operator*() const { return view_; }

 private:
  std::string repaired_;
  std::string_view view_;
};

constexpr char32_t kZeroWidthSpace = 0x200b;

/// Thai, Lao, Myanmar and Khmer use the zero-width space between words; elsewhere it is a leftover of layout.
bool marks_words_by_it(char32_t c) {
  return (c >= 0xe00 && c <= 0xeff) || (c >= 0x1000 && c <= 0x109f) || (c >= 0x1780 && c <= 0x17ff);
}

/// Appends one cleaned line of well-formed text.
void append_single_line(std::string& out, std::string_view text) {
  const std::size_t begin = out.size();
  bool pending_space = false;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t start = at;
    const char32_t c = utf8::next(text, at);
    const Class kind = classify(c);
    if (kind == Class::hidden || (c == kZeroWidthSpace && !marks_words_by_it(last_code_point(out)))) continue;
    if (kind != Class::visible) {
      pending_space = out.size() > begin;
      continue;
    }
    if (pending_space) out += ' ';
    pending_space = false;
    out.append(text, start, at - start);
  }
}

template <class Visit>
void for_each_line(std::string_view text, Visit visit) {
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    visit(text.substr(at, end - at));
    at = end + 1;
  }
}

void append_code_line(std::string& out, std::string_view line) {
  std::size_t keep = out.size();
  for (std::size_t at = 0; at < line.size();) {
    const std::size_t start = at;
    const char32_t c = utf8::next(line, at);
    const Class kind = classify(c);
    if (kind == Class::hidden) continue;
    if (kind == Class::visible || c == '\t') out.append(line, start, at - start);
    else out += ' ';
    if (kind == Class::visible) keep = out.size();
  }
  out.resize(keep);
}

}  // namespace

std::string single_line(std::string_view text) {
  const WellFormed checked(text);
  const std::string_view source = *checked;
  std::string out;
  out.reserve(source.size());
  append_single_line(out, source);
  return out;
}

std::string unify_line_ends(std::string_view text) {
  const WellFormed checked(text);
  const std::string_view source = *checked;
  std::string out;
  out.reserve(source.size());
  for (std::size_t at = 0; at < source.size();) {
    const std::size_t start = at;
    const char32_t c = utf8::next(source, at);
    if (c == '\r') {
      if (at < source.size() && source[at] == '\n') ++at;
      out += '\n';
    } else if (classify(c) == Class::line_end) {
      out += '\n';
    } else {
      out.append(source, start, at - start);
    }
  }
  return out;
}

std::string tidy_lines(std::string_view text) {
  const std::string source = unify_line_ends(text);
  std::string out;
  out.reserve(source.size());
  int pending_breaks = 0;
  for_each_line(source, [&](std::string_view line) {
    std::string clean;
    append_single_line(clean, line);
    if (!clean.empty()) {
      if (!out.empty()) out.append(pending_breaks > 1 ? "\n\n" : "\n");
      out += clean;
      pending_breaks = 0;
    }
    ++pending_breaks;
  });
  return out;
}

std::string code_lines(std::string_view text) {
  const std::string source = unify_line_ends(text);
  std::string out;
  out.reserve(source.size());
  std::size_t pending_breaks = 0;
  for_each_line(source, [&](std::string_view line) {
    std::string clean;
    append_code_line(clean, line);
    if (!clean.empty()) {
      if (!out.empty()) out.append(pending_breaks, '\n');
      out += clean;
      pending_breaks = 0;
    }
    ++pending_breaks;
  });
  return out;
}

bool has_visible_text(std::string_view text) {
  const WellFormed checked(text);
  const std::string_view source = *checked;
  for (std::size_t at = 0; at < source.size();) {
    const char32_t c = utf8::next(source, at);
    const bool joiner_or_mark =
        (c >= 0x200b && c <= 0x200f) || (c >= 0x2060 && c <= 0x206f) || (c >= 0x202a && c <= 0x202e);
    if (classify(c) == Class::visible && !joiner_or_mark) return true;
  }
  return false;
}

bool is_spaceless_script(char32_t c) {
  return (c >= 0x2e80 && c <= 0x9fff && !(c >= 0x3130 && c <= 0x318f)) || (c >= 0xf900 && c <= 0xfaff) ||
         (c >= 0xfe30 && c <= 0xfe4f) || (c >= 0xff00 && c <= 0xffef) || (c >= 0x20000 && c <= 0x3ffff);
}

char32_t last_code_point(std::string_view text) {
  if (text.empty()) return 0;
  std::size_t at = text.size() - 1;
  while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80) --at;
  return utf8::next(text, at);
}

char32_t first_code_point(std::string_view text) {
  if (text.empty()) return 0;
  std::size_t at = 0;
  return utf8::next(text, at);
}

}  // namespace cairn::extraction
