#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>

#include "base/cancel.h"
#include "base/result.h"
#include "ports/blob_store.h"
#include "ports/catalog.h"

namespace cairn {

/// Where a copy of a store goes. The composition root knows how stores are laid out in folders.
struct CopyTarget {
  BlobStore& blobs;
  std::filesystem::path catalog_file;  ///< Appears last, when everything that it names is there.

  /// Opens a catalog file for reading: `catalog_file`'s name, in a folder of its own.
  std::function<Result<std::unique_ptr<Catalog>>(const std::filesystem::path& file)> open_catalog;

  /// Makes everything durable that was written to the target so far: bytes, names and renames.
  std::function<Result<void>()> flush;
};

struct CopyOptions {
  std::function<void(std::uint64_t done_bytes)> on_blob;  ///< As blobs are copied. May be empty.
};

struct CopyReport {
  std::uint64_t copied = 0, copied_bytes = 0;
  std::uint64_t present = 0;  ///< Blobs that were there already, from an earlier copy.
  std::uint64_t rounds = 1;   ///< How often the catalog was copied because merges overtook the copy.
};

/// Copies a store while it is in use: the catalog first, as one consistent state, then every blob that this state
/// names, each checked against its hash. A merge may remove a blob before it is copied; then the catalog is copied
/// again, and only what is new. Into a target that holds an earlier copy, only new blobs are written, so an interrupted
/// copy can be repeated. Errors: `corrupt` (a damaged or missing blob, named), `unavailable`, `cancelled`. The target's
/// former catalog stays until the end.
Result<CopyReport> backup_store(const Catalog& catalog, const BlobStore& blobs, const CopyTarget& target,
                                const CopyOptions& options, const CancelToken& cancel);

/// Whether a copy may be restored into `folder`. Errors: `conflict` when it exists and holds anything.
Result<void> check_restore_target(const std::filesystem::path& folder);

}  // namespace cairn
