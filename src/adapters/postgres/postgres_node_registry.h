#pragma once

#include <memory>

#include "adapters/postgres/postgres_options.h"
#include "ports/node_registry.h"

namespace cairn {

/// The nodes on the schema of a database that open_postgres() gave, on the database's clock.
std::unique_ptr<NodeRegistry> make_postgres_node_registry(std::shared_ptr<PostgresDatabase> database);

}  // namespace cairn
