#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace cairn::extraction {

enum class FileType { pdf, zip_package, html, xml, markdown, text, csv, json, json_lines, email, source_code };

/// What to extract with. Content decides first, the declared media type second ("text/plain" is believed), the file's
/// name third; content that contradicts the name (a program called .docx) is an error that says so. `name` is only
/// looked at, never opened.
Result<FileType> detect_type(std::string_view content, std::string_view name, std::string_view media_type);

/// Lower-case extension without the dot, or empty.
std::string extension_of(std::string_view name);

}  // namespace cairn::extraction
