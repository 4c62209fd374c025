#pragma once

#include <string>
#include <vector>

#include "ports/catalog.h"
#include "sql/write_context.h"

namespace cairn::sql {

// The document methods of Catalog, inside a transaction.
Result<std::vector<RegisteredDocument>> register_documents(const WriteContext& context, const CollectionId& collection,
                                                           const std::vector<NewDocument>& documents, int priority);
Result<Document> find_document(Connection& db, const DocumentId& id);
Result<Page<Document>> list_documents(Connection& db, const DocumentFilter& filter);
Result<TaskId> request_deletion(const WriteContext& context, const DocumentId& id, int priority);
Result<CollectionCounts> count_visible(Connection& db, const CollectionId& collection,
                                       const std::vector<std::string>& groups);
Result<StoredTotals> add_up(Connection& db, const TenantId& tenant);
Result<std::vector<std::uint64_t>> count_documents(Connection& db, const CollectionId& collection);

/// Errors: `invalid` outside 0..9.
Result<void> check_priority(int priority);

}  // namespace cairn::sql
