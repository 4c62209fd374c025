#pragma once

#include <string>
#include <string_view>

namespace cairn::extraction {

/// Canonical white space. All three take any bytes (ill-formed UTF-8 becomes U+FFFD) and drop what cannot be seen or
/// searched: control characters, byte order marks, soft hyphens. Every Unicode space becomes U+0020. Pure.

/// One line: each run of white space becomes one space; none at either end.
std::string single_line(std::string_view text);

/// Lines: as single_line for each line, with empty lines at either end removed and never two in a row.
std::string tidy_lines(std::string_view text);

/// Source code: as it is, only with '\n' line ends, without trailing white space and empty lines at either end.
std::string code_lines(std::string_view text);

/// Line ends only: "\r\n", "\r", NEL, and the line and paragraph separators become '\n'.
std::string unify_line_ends(std::string_view text);

/// Whether there is anything to read: a character that is neither white space nor invisible.
bool has_visible_text(std::string_view text);

/// Chinese, Japanese kana and their punctuation: scripts that put no space between words or lines.
bool is_spaceless_script(char32_t code_point);

/// The last code point of well-formed UTF-8, or 0 where there is none.
char32_t last_code_point(std::string_view text);
/// The first code point of well-formed UTF-8, or 0 where there is none.
char32_t first_code_point(std::string_view text);

}  // namespace cairn::extraction
