#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "ports/change_feed.h"
#include "ports/portable_catalog.h"

namespace cairn {

/// How a process uses a data folder. One process at a time may write; any number may read meanwhile.
enum class SqliteAccess {
  write,  ///< Creates the folder and the catalog where missing, migrates it, and holds the folder's lock until closed.
  read,   ///< Changes nothing and takes no lock; methods that change something answer `forbidden`.
};

struct SqliteCatalogOptions {
  std::filesystem::path folder;  ///< Holds `catalog.sqlite` (and its `-wal`, `-shm`) and `lock`.
  SqliteAccess access = SqliteAccess::write;
  std::string file = "catalog.sqlite";  ///< Its name in the folder; a copy under way has another.
  ChangeFeed* feed = nullptr;           ///< Told of each commit that Catalog::changes tells of; may be empty.
  const Clock* clock = nullptr;         ///< Where every stored time comes from. Required; must outlive the catalog.
  std::size_t readers = 4;              ///< Connections that read at the same time; more threads wait for one.
  std::chrono::milliseconds busy_timeout{5'000};  ///< How long a locked file is waited for before `unavailable`.
};

/// Opens the catalog of a data folder. Errors: `not_found` (read: there is no catalog yet), `unavailable` (another
/// process is writing, read-only or missing folder, disk full: the message says what to do), `unsupported` (made by a
/// newer cairn, or by an older one and not yet migrated by a writer), `corrupt`.
Result<std::unique_ptr<PortableCatalog>> open_sqlite_catalog(const SqliteCatalogOptions& options);

}  // namespace cairn
