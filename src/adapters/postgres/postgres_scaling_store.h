#pragma once

#include <memory>

#include "adapters/postgres/postgres_options.h"
#include "ports/scaling_store.h"

namespace cairn {

/// Who decides on the schema of a database that open_postgres() gave, on the database's clock: a row with a lease and
/// an epoch, so that it needs no connection of its own and works through a pooler.
std::unique_ptr<ScalingStore> make_postgres_scaling_store(std::shared_ptr<PostgresDatabase> database);

}  // namespace cairn
