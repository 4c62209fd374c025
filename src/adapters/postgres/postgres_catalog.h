#pragma once

#include <memory>

#include "adapters/postgres/postgres_options.h"
#include "ports/catalog.h"
#include "ports/change_feed.h"

namespace cairn {

/// The catalog in a database that open_postgres() gave. `feed` is told of each commit that Catalog::changes tells of;
/// it may be null. copy_to() is `unsupported`: PostgreSQL's own tools copy a database.
std::unique_ptr<Catalog> make_postgres_catalog(std::shared_ptr<PostgresDatabase> database, ChangeFeed* feed);

}  // namespace cairn
