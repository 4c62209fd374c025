#pragma once

#include <chrono>
#include <cstdint>

#include "base/cancel.h"
#include "base/result.h"
#include "ports/blob_store.h"
#include "ports/catalog.h"

namespace cairn {

/// Blobs are written before the transaction that names them. So long a blob may be without a name before it counts as
/// garbage, by the blob store's clock: much longer than any batch takes from its first byte to its commit.
inline constexpr std::chrono::milliseconds default_garbage_age = std::chrono::minutes(15);

struct GarbageReport {
  std::uint64_t removed = 0, removed_bytes = 0;
  std::uint64_t kept_young = 0;  ///< Unreachable, but younger than the age.
};

/// Removes blobs that neither a newest manifest nor a registered document names and that nobody has written for `age`.
/// What running tasks and open searches can reach is either named or young; while somebody holds garbage (below),
/// nothing is removed. May be stopped at any point and repeated.
/// Errors: those of the ports; `cancelled`.
Result<GarbageReport> collect_garbage(const Catalog& catalog, BlobStore& blobs, std::chrono::milliseconds age,
                                      const CancelToken& cancel);

/// For who writes blobs for longer than `default_garbage_age` before the commit that names them: for an hour from now,
/// by the blob store's clock, no collection on this store removes anything, also on other nodes. To be repeated well
/// within that. Errors: those of the store.
Result<void> hold_garbage(BlobStore& blobs);

}  // namespace cairn
