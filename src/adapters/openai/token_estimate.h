#pragma once

#include <cstddef>
#include <string_view>

namespace cairn {

/// About how many tokens a model makes of `text`, rather too many than too few: a token for four letters or digits in a
/// row, one for every other sign, and three for two signs of scripts that are written without spaces.
std::size_t estimate_tokens(std::string_view text);

}  // namespace cairn
