#pragma once

#include <string_view>

#include "extract_worker/document_builder.h"

namespace cairn::extraction {

/// Reads a page too large for a tree, from front to back in constant memory: headings, paragraphs, list items and plain
/// table rows; programs and styles are left out, navigation is not.
void extract_large_html(std::string_view utf8, DocumentBuilder& builder);

}  // namespace cairn::extraction
