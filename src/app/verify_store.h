#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "base/result.h"
#include "ports/blob_store.h"
#include "ports/catalog.h"

namespace cairn {

/// Something that must not be, and where.
struct StoreProblem {
  std::string kind;     ///< catalog | blob | segment | manifest | document
  std::string subject;  ///< A blob id, a collection's name, an external id.
  std::string message;  ///< What is wrong and what to do, for a person.
};

struct StoreVerification {
  std::vector<StoreProblem> problems;
  std::uint64_t collections = 0, documents = 0, segments = 0, chunks = 0;
  std::uint64_t blobs = 0, blob_bytes = 0;
  std::uint64_t unreferenced_blobs = 0, unreferenced_bytes = 0;  ///< Waiting for garbage collection: no problem.

  bool clean() const { return problems.empty(); }
};

/// Checks everything that is stored: the catalog's own consistency; every blob against its name; every segment's
/// structure; each manifest's counts against its segments; that each indexed document is alive exactly once, in the
/// version that the catalog says, and no other is. Reads only; nobody should write meanwhile. `on_blob` is told how
/// many bytes are done. Errors: the store cannot be read at all; `cancelled`.
Result<StoreVerification> verify_store(const Catalog& catalog, const BlobStore& blobs,
                                       const std::function<void(std::uint64_t bytes)>& on_blob,
                                       const CancelToken& cancel);

}  // namespace cairn
