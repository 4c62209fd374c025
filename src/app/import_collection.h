#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "domain/collection.h"
#include "ports/blob_store.h"
#include "ports/embedder.h"
#include "ports/portable_catalog.h"

namespace cairn {

struct ImportPorts {
  PortableCatalog& catalog;
  BlobStore& blobs;
  const EmbedderSet& embedders;
};

struct ImportOptions {
  TenantId tenant = local_tenant;
  std::optional<std::string> collection;                                  ///< Its name here; empty: as in the bundle.
  std::function<void(std::uint64_t done, std::uint64_t total)> on_bytes;  ///< Of the bundle, read twice. May be empty.
};

struct ImportReport {
  Collection collection;
  std::uint64_t documents = 0, chunks = 0, segments = 0, files = 0;
  std::uint64_t queued = 0;  ///< Documents that were waiting for a task when they were exported, and wait again.
  std::vector<std::string> missing_models;  ///< Of its vectors, and not here: until they are, words alone find.
};

/// Makes a collection from a bundle. The whole bundle is checked before anything is written; then come the blobs, and
/// the collection with all documents in one commit. So there is all of it or nothing, whatever happens, and repeating
/// an import that did not end is safe: what it has written goes with the garbage otherwise. Hits and scores are those
/// of the exported collection; ids are those that this store gives. Where documents score exactly the same, they stand
/// in the order of their ids. Garbage collection on the store waits while blobs have no names yet. Quotas of the tenant
/// are not asked. Errors: `conflict` (there is such a collection), `invalid` (no bundle; a bad name), `unsupported` (of
/// a newer version), `corrupt`, `unavailable`, `cancelled`.
Result<ImportReport> import_collection(const ImportPorts& ports, const BlobView& file, const ImportOptions& options,
                                       const CancelToken& cancel);

}  // namespace cairn
