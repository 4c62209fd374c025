#pragma once

#include <memory>

#include "adapters/sqlite/connection.h"
#include "adapters/sqlite/sqlite_catalog.h"

namespace cairn::sqlite {

/// The one connection that writes: WAL, every commit flushed, migrated to this build's schema.
Result<std::unique_ptr<Connection>> open_writer(const SqliteCatalogOptions& options);

/// A connection that reads, in the writer's process or in another. On a read-only folder the file is read as it is.
Result<std::unique_ptr<Connection>> open_reader(const SqliteCatalogOptions& options);

/// Whether this build can read the catalog; an older one is brought up to date first. Errors: `not_found`;
/// `unsupported` for a newer one; `unavailable` while another process has an older one open, or its folder is
/// read-only.
Result<void> check_schema(Connection& reader, const SqliteCatalogOptions& options);

}  // namespace cairn::sqlite
