#pragma once

#include "adapters/sqlite/connection.h"

namespace cairn::sqlite {

/// The version of `access.sqlite` that this build reads and writes; docs/reference/catalog-schema.md describes it.
constexpr int access_schema_version = 1;

/// Brings an empty or older access store up to date in one transaction. Errors: `unsupported` for a newer one.
Result<void> migrate_access(Connection& connection);

}  // namespace cairn::sqlite
