#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/bytes.h"
#include "base/cancel.h"
#include "ports/blob_store.h"
#include "ports/portable_catalog.h"

namespace cairn {

/// Where a bundle goes. Nobody sees it before finish().
struct BundleTarget {
  std::function<Result<void>()> restart;  ///< What was written so far does not count.
  ByteSink append;
  std::function<Result<void>()> finish;
};

struct ExportOptions {
  TenantId tenant = local_tenant;
  std::string collection;                                                 ///< Its name.
  std::string made_by;                                                    ///< The program, as the bundle names it.
  std::function<void(std::uint64_t done, std::uint64_t total)> on_bytes;  ///< Of blobs. May be empty.
};

struct ExportReport {
  std::uint64_t documents = 0, segments = 0, files = 0;
  std::uint64_t bytes = 0;     ///< Of the bundle.
  std::uint64_t manifest = 0;  ///< The state that it holds.
};

/// Writes a collection as one bundle (docs/reference/bundle-format.md), while the store is in use: documents and
/// manifest are those of one committed state. When a blob of that state is removed before it was copied, because a
/// merge or a newer version made it needless, the export starts again with the newest state. Memory: 32 bytes a
/// document. Errors: `not_found` (the collection), `corrupt` (a damaged or missing blob), `unavailable` (the store
/// changes too fast, the disk is full), `cancelled`, and those of the target.
Result<ExportReport> export_collection(const PortableCatalog& catalog, const BlobStore& blobs,
                                       const ExportOptions& options, const BundleTarget& target,
                                       const CancelToken& cancel);

}  // namespace cairn
