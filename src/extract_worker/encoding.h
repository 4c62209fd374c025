#pragma once

#include <string>
#include <string_view>

namespace cairn::extraction {

struct DecodedText {
  std::string utf8;      ///< Well-formed.
  std::string encoding;  ///< What the bytes were taken for, such as "UTF-8", "UTF-16LE", "Big5", "windows-1252".
};

/// Turns bytes of unknown encoding into UTF-8. Evidence, strongest first: a byte order mark; the pattern of zero bytes
/// (UTF-16 without a mark); validity as UTF-8; the `declared` name, when the bytes fit it; then the candidate under
/// which the text consists of frequent characters, with uchardet's opinion as one vote. Never fails: what cannot be
/// decoded becomes U+FFFD. `declared` may be empty or unknown. Any thread.
DecodedText decode_text(std::string_view bytes, std::string_view declared);

/// The encoding that an HTML or XML text declares about itself in its first 4 kB (`<?xml encoding=`, `<meta charset=`,
/// `<meta http-equiv … charset=`), or empty.
std::string declared_in_markup(std::string_view bytes);

/// Decodes with the named encoding as it is; empty when the name is unknown.
std::string decode_named(std::string_view bytes, std::string_view encoding);

}  // namespace cairn::extraction
