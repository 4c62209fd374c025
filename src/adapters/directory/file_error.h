#pragma once

#include <filesystem>
#include <string_view>

#include "base/error.h"

namespace cairn::directory {

/// What to tell a person when a system call on `path` failed with `code` (an errno). Always `unavailable`: nothing that
/// the disk says is about the caller's input.
Error file_error(std::string_view action, const std::filesystem::path& path, int code);

}  // namespace cairn::directory
