#pragma once

#include <filesystem>
#include <memory>

#include "api/cli/context.h"

namespace cairn {

/// Opens the keys and users of a data folder, without its lock. Errors: those of the adapters.
Result<std::unique_ptr<cli::OpenAccess>> open_embedded_access(const std::filesystem::path& folder);

/// Takes keys, users and the audit log along into a backup of the folder, while they are in use, or back out of one.
/// Nothing happens where there are none. Errors: those of the adapters, and of the target.
Result<void> back_up_access(const std::filesystem::path& folder, const std::filesystem::path& backup);
Result<void> restore_access(const std::filesystem::path& backup, const std::filesystem::path& folder);

}  // namespace cairn
