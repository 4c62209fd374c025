#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/search.h"
#include "base/result.h"
#include "domain/access.h"
#include "domain/principal.h"
#include "ports/catalog.h"

namespace cairn {

// What a principal may see of the catalog (invariant 6). What is in another tenant, or behind an ACL that names none of
// the principal's groups, is `not_found`, in the same words as what is not there at all: its existence is a secret too.

/// The ACL is the catalog's, so a change of it holds from the moment it was made, before anything is indexed again.
Result<Document> visible_document(const Catalog& catalog, const Principal& principal, const DocumentId& id);

/// Fills in who asks; everything else is the caller's. The collection must be the principal's (Catalog::collection with
/// its tenant).
Result<Page<Document>> visible_documents(const Catalog& catalog, const Principal& principal, DocumentFilter filter);
Result<CollectionCounts> visible_counts(const Catalog& catalog, const Principal& principal, const CollectionId& id);

/// Whether an upload of this external id may go on: whoever may not see a document may not replace it either. Errors:
/// `not_found`; that somebody else uses the name is all that can be learned.
Result<void> may_replace(const Catalog& catalog, const Principal& principal, const CollectionId& collection,
                         std::string_view external_id);

/// Whether the collection may be deleted: not with documents in it that the principal may not see. Errors: `forbidden`.
Result<void> may_delete(const Catalog& catalog, const Principal& principal, const CollectionId& collection);

/// The groups that lists are filtered by; nothing for who sees its whole tenant.
std::optional<std::vector<std::string>> viewer_groups(const Principal& principal);

/// Hits come from the index, whose ACLs are those of the time when a document was indexed. Removes those of documents
/// that the principal may no longer see by the catalog. Costs one look at the catalog for each document among the hits,
/// and nothing for who sees its whole tenant.
Result<void> drop_hidden_hits(const Catalog& catalog, const Principal& principal, FoundChunks& found);

}  // namespace cairn
