#include "app/collect_garbage.h"

#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/sha256.h"

namespace cairn {
namespace {

/// A blob that nobody names: while it is young, garbage is held.
constexpr std::string_view hold = "Somebody writes blobs that get their names later: collect no garbage for an hour.";
constexpr std::chrono::hours longest_hold(1);

Result<bool> is_held(BlobStore& blobs) {
  CAIRN_TRY(const bool gone, blobs.remove_older(BlobId(to_hex(Sha256::of(as_bytes(hold)))), longest_hold));
  return !gone;
}

}  // namespace

Result<void> hold_garbage(BlobStore& blobs) {
  CAIRN_CHECK(put_blob(blobs, as_bytes(hold)));
  return {};
}

Result<GarbageReport> collect_garbage(const Catalog& catalog, BlobStore& blobs, std::chrono::milliseconds age,
                                      const CancelToken& cancel) {
  GarbageReport report;
  CAIRN_TRY(const bool held, is_held(blobs));
  if (held) return report;
  // The list comes first: a blob that gets its name between the two steps is found to be reachable.
  std::vector<BlobInfo> listed;
  CAIRN_CHECK(blobs.list([&](const BlobInfo& info) {
    listed.push_back(info);
    return !cancel.cancelled();
  }));
  CAIRN_TRY(const std::vector<BlobId> named, catalog.reachable_blobs());
  const std::unordered_set<BlobId> reachable(named.begin(), named.end());

  for (const BlobInfo& info : listed) {
    if (cancel.cancelled()) return fail(ErrorKind::cancelled, "garbage collection was cancelled");
    if (reachable.contains(info.id)) continue;
    // Somebody may have written the same bytes since they were listed, and be about to name them.
    CAIRN_TRY(const bool removed, blobs.remove_older(info.id, age));
    if (!removed) {
      ++report.kept_young;
      continue;
    }
    ++report.removed;
    report.removed_bytes += info.bytes;
  }
  return report;
}

}  // namespace cairn
