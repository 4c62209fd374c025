#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "base/span.h"
#include "domain/document.h"
#include "ports/blob_store.h"
#include "ports/catalog.h"

namespace cairn {

/// What the index holds of a document.
struct IndexedText {
  struct Chunk {
    std::string id;
    Span span;
    std::uint32_t page = 0;
    std::vector<std::string> heading_path;
  };
  std::string text;  ///< Canonical text of the indexed version.
  std::uint32_t version = 0;
  std::vector<Chunk> chunks;
};

/// A document by its id, or by its external id in a collection. Errors: `not_found`.
Result<Document> find_document(const Catalog& catalog, const Collection& collection,
                               const std::string& id_or_external_id);

/// Reads the indexed version of a document from the newest manifest. A segment that a merge in another process removed
/// meanwhile makes it look again. Errors: `not_found` when no version is indexed, `corrupt`.
Result<IndexedText> read_indexed_text(const Catalog& catalog, const BlobStore& blobs, const Document& document);

}  // namespace cairn
