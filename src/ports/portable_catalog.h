#pragma once

#include <functional>
#include <string>

#include "ports/catalog.h"

namespace cairn {

/// A collection as it leaves a catalog: its settings and its newest manifest.
struct StoredCollection {
  Collection collection;
  Manifest manifest;
};

/// A document with everything that the catalog keeps of it.
struct StoredDocument {
  Document document;                                          ///< `facts` as the caller gave them.
  std::string found_title, found_language, found_media_type;  ///< What indexing found.
  bool deletion_requested = false;                            ///< A `delete` task of it has not ended.
};

/// Takes a collection piece by piece. An error stops whoever gives it.
struct CollectionReader {
  std::function<Result<void>(const StoredCollection&)> on_collection;  ///< First; again: forget all before, start anew.
  std::function<Result<void>(const StoredDocument&)> on_document;      ///< In the order of their external ids.
};

/// Gives all documents of a collection, each to `put`, in any order; an error of `put` must be passed on.
using DocumentSource = std::function<Result<void>(const std::function<Result<void>(const StoredDocument&)>& put)>;

/// A catalog that whole collections can leave and enter, whatever database it is in. Threads and common errors are
/// those of Catalog.
class PortableCatalog : public Catalog {
 public:
  /// Reads a collection in one committed state; memory does not grow with it. The state is held until the last document
  /// was taken, so a reader must not wait for anything slow. Errors: `not_found`, and those of the reader. (retry)
  virtual Result<void> read_collection(const CollectionId& id, const CollectionReader& reader) const = 0;

  /// The id that a new collection of this name will have. Errors: as create_collection; `conflict`: the name is taken.
  virtual Result<CollectionId> next_collection_id(const TenantId& tenant, const std::string& name) const = 0;

  /// Makes a collection with all its documents and its manifest in one transaction: all of it or nothing. Its blobs are
  /// there and durable. Documents keep versions, times and states; one whose newest version is not indexed yet is
  /// queued for it, and one with `deletion_requested` is queued for that. `documents` may be asked several times.
  /// Errors: `conflict` (the name is taken, or next_collection_id() is another one by now: nothing changed), `invalid`
  /// (a document that does not belong to the collection, or twice; a manifest that does not fit together), and those of
  /// `documents`.
  virtual Result<void> write_collection(const StoredCollection& wanted, const DocumentSource& documents) = 0;
};

}  // namespace cairn
