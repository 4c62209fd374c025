#pragma once

#include <chrono>
#include <memory>

#include "adapters/postgres/postgres_options.h"
#include "ports/access_store.h"

namespace cairn {

/// Keys, users and sessions in a database that open_postgres() gave. What this process changes it knows at once, what
/// others change after `stale_after` at the latest: whoever is asked for each request must not ask the database each
/// time. copy_to() is `unsupported`.
std::unique_ptr<AccessStore> make_postgres_access_store(std::shared_ptr<PostgresDatabase> database,
                                                        std::chrono::milliseconds stale_after);

}  // namespace cairn
