#pragma once

#include <chrono>
#include <filesystem>
#include <memory>

#include "base/clock.h"
#include "base/result.h"
#include "ports/access_store.h"

namespace cairn {

struct SqliteAccessOptions {
  std::filesystem::path folder;  ///< Made when it is missing; holds `access.sqlite`, which only its owner may read.
  const Clock* clock = nullptr;  ///< Where every stored time comes from. Required; must outlive the store.
  std::chrono::milliseconds busy_timeout{5'000};  ///< How long a locked file is waited for before `unavailable`.
};

/// Opens (or makes) the access store of a data folder. It takes no lock on the folder: any number of processes may use
/// it at once, so that `cairn keys` works beside a running server. Errors: `unavailable` (read-only folder, disk full:
/// the message says what to do), `unsupported` (made by a newer cairn), `corrupt`.
Result<std::unique_ptr<AccessStore>> open_sqlite_access_store(const SqliteAccessOptions& options);

}  // namespace cairn
