#pragma once

namespace cairn::text {

bool is_han(char32_t c);
bool is_kana(char32_t c);
bool is_hangul(char32_t c);

/// The Simplified form of a Han character, or the character itself. Follows ICU's Traditional-Simplified, one character
/// at a time; applying it twice changes nothing.
char32_t to_simplified(char32_t c);

/// Whether the character is the Simplified form of another one (it may be used in Traditional text too).
bool is_simplified_form(char32_t c);

}  // namespace cairn::text
