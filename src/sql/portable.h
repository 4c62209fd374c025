#pragma once

#include "ports/portable_catalog.h"
#include "sql/write_context.h"

namespace cairn::sql {

// The methods of PortableCatalog, inside a transaction.
Result<void> read_collection(Connection& db, const CollectionId& id, const CollectionReader& reader);
Result<CollectionId> next_collection_id(Connection& db, const TenantId& tenant, const std::string& name);
Result<void> write_collection(const WriteContext& context, const StoredCollection& wanted,
                              const DocumentSource& documents);

}  // namespace cairn::sql
