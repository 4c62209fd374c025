#pragma once

#include "ports/catalog.h"
#include "sql/write_context.h"

namespace cairn::sql {

/// The newest manifest, read in one transaction. Errors: `not_found` for the collection.
Result<Manifest> read_manifest(Connection& db, const CollectionId& collection);

/// The newest manifest's number, or nothing when the collection is not there.
Result<std::optional<std::uint64_t>> manifest_number(Connection& db, const CollectionId& collection);

/// Writes `base + 1`. The caller has checked the base. Errors: `invalid` when the edit removes or tombstones what is
/// not there.
Result<void> apply_edit(const WriteContext& context, const ManifestEdit& edit);

}  // namespace cairn::sql
