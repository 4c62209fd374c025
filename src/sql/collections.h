#pragma once

#include <string>
#include <vector>

#include "ports/catalog.h"
#include "sql/write_context.h"

namespace cairn::sql {

// The collection methods of Catalog, inside a transaction.
Result<Collection> create_collection(const WriteContext& context, const Collection& wanted);

/// The id that create_collection() gives without one in `wanted`. Errors: `invalid` for a bad name or no tenant.
Result<CollectionId> next_collection_id(Connection& db, const TenantId& tenant, const std::string& name);
/// Just the row, as it is. Errors: `conflict` when its name or id is taken.
Result<void> insert_collection(const WriteContext& context, const Collection& collection);

Result<Collection> find_collection(Connection& db, const TenantId& tenant, const std::string& name);
Result<Collection> find_collection(Connection& db, const CollectionId& id);
Result<std::vector<Collection>> list_collections(Connection& db, const TenantId& tenant);
Result<std::vector<Collection>> list_all_collections(Connection& db);
Result<CollectionCounts> count_collection(Connection& db, const CollectionId& id);
Result<void> delete_collection(const WriteContext& context, const CollectionId& id);

}  // namespace cairn::sql
