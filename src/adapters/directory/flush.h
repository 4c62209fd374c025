#pragma once

#include <filesystem>

#include "base/result.h"

namespace cairn::directory {

/// Makes durable whatever was written to the file system of `folder`: contents, new names and renames, at every depth.
/// One system call, however many files there are; it also waits for what other programs wrote there. Errors:
/// `unavailable` (the folder is away, the disk reports an error).
Result<void> flush_file_system(const std::filesystem::path& folder);

}  // namespace cairn::directory
