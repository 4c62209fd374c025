#pragma once

#include <filesystem>

#include "adapters/sqlite/sqlite_catalog.h"
#include "contract/manual_clock.h"

namespace cairn::testing {

inline Result<std::unique_ptr<Catalog>> open_catalog(const std::filesystem::path& folder, const Clock& clock,
                                                     SqliteAccess access = SqliteAccess::write) {
  return open_sqlite_catalog({.folder = folder, .access = access, .clock = &clock});
}

}  // namespace cairn::testing
