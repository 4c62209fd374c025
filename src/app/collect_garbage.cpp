#include "app/collect_garbage.h"

#include <unordered_set>
#include <vector>

namespace cairn {

Result<GarbageReport> collect_garbage(const Catalog& catalog, BlobStore& blobs, std::chrono::milliseconds age,
                                      const CancelToken& cancel) {
  GarbageReport report;
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
