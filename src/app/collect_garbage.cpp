#include "app/collect_garbage.h"

#include <unordered_set>
#include <vector>

namespace cairn {

Result<GarbageReport> collect_garbage(const Catalog& catalog, BlobStore& blobs, const Clock& clock,
                                      std::chrono::milliseconds age, const CancelToken& cancel) {
  GarbageReport report;
  // The list comes first: a blob that gets its name between the two steps is found to be reachable.
  const TimePoint written_before = clock.now() - age;
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
    // Asked again: somebody may have written the same bytes since, and be about to name them.
    const auto now = blobs.info(info.id);
    if (!now && now.error().kind == ErrorKind::not_found) continue;
    if (!now) return fail(now.error());
    if (now->modified_at > written_before) {
      ++report.kept_young;
      continue;
    }
    CAIRN_CHECK(blobs.remove(info.id));
    ++report.removed;
    report.removed_bytes += info.bytes;
  }
  return report;
}

}  // namespace cairn
