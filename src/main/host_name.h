#pragma once

#include <string>

namespace cairn {

/// What this machine calls itself.
std::string host_name();

}  // namespace cairn
