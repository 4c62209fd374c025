#pragma once

#include <string>
#include <string_view>

namespace cairn::extraction {

/// Replaces "&amp;", "&#38;", "&#x26;" and the named characters that people write in prose; others stay as they are.
std::string decode_entities(std::string_view text);

}  // namespace cairn::extraction
