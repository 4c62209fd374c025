#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace cairn::index {

/// The centre of the vectors of a model that this program knows; empty for others, which then are coded around zero.
std::vector<float> known_centre(std::string_view model, std::uint32_t dimensions);

}  // namespace cairn::index
