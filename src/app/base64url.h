#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace cairn {

/// Base64 with the alphabet for URLs and without padding (RFC 4648, section 5), as tokens use it.
std::string to_base64url(std::string_view bytes);

/// Nothing for what to_base64url would not have written, so that no two texts stand for the same bytes.
std::optional<std::string> from_base64url(std::string_view text);

}  // namespace cairn
