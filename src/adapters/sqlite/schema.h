#pragma once

#include "adapters/sqlite/connection.h"

namespace cairn::sqlite {

/// The version that this build reads and writes; docs/reference/catalog-schema.md describes it.
constexpr int schema_version = 3;

/// The version of an open catalog; 0 when it is empty.
Result<int> read_schema_version(Connection& connection);

/// The refusal of a catalog with version `found`, newer than this build's.
std::unexpected<Error> newer_schema(int found);

/// Brings an empty or older catalog to schema_version in one transaction. Errors: `unsupported` for a newer one.
Result<void> migrate(Connection& connection);

}  // namespace cairn::sqlite
