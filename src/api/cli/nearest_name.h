#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cairn::cli {

/// The name that was most likely meant: the one with the fewest letters wrong, missing, added or exchanged. Empty when
/// more than a third of the letters would be (always one is let pass).
std::string nearest_name(std::string_view typed, const std::vector<std::string>& names);

}  // namespace cairn::cli
