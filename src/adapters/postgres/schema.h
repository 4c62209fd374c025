#pragma once

#include <string>

#include "adapters/postgres/connection.h"

namespace cairn::postgres {

/// The version that this build reads and writes; docs/reference/catalog-schema.md describes it.
constexpr int schema_version = 3;

/// Brings a missing or older schema to schema_version, one process at a time. A newer one is left as it is, as long as
/// it says that this build may go on using it. Errors: `unsupported` when it does not.
Result<void> migrate(Connection& connection, const std::string& schema);

}  // namespace cairn::postgres
