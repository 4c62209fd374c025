#pragma once

#include <filesystem>
#include <memory>

#include "api/cli/context.h"
#include "main/configuration.h"

namespace cairn {

/// Opens the keys and users of the store that is configured, without a lock. Errors: those of the adapters.
Result<std::unique_ptr<cli::OpenAccess>> open_configured_access(const Configuration& configuration,
                                                                const std::filesystem::path& folder);

/// Takes keys, users and the audit log along into a backup of the folder, while they are in use, or back out of one.
/// Nothing happens where there are none. Errors: those of the adapters, and of the target.
Result<void> back_up_access(const std::filesystem::path& folder, const std::filesystem::path& backup);
Result<void> restore_access(const std::filesystem::path& backup, const std::filesystem::path& folder);

}  // namespace cairn
