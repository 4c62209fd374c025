#pragma once

#include <memory>

#include "adapters/postgres/postgres_options.h"
#include "ports/change_feed.h"
#include "ports/portable_catalog.h"

namespace cairn {

/// The catalog in a database that open_postgres() gave. `feed` is told of each commit that Catalog::changes tells of;
/// it may be null. copy_to() is `unsupported`: PostgreSQL's own tools copy a database.
std::unique_ptr<PortableCatalog> make_postgres_catalog(std::shared_ptr<PostgresDatabase> database, ChangeFeed* feed);

/// A name that no other catalog has, not even one that was restored from a backup of this one beside it or elsewhere;
/// a standby that takes over keeps it.
Result<std::string> postgres_catalog_identity(PostgresDatabase& database);

}  // namespace cairn
