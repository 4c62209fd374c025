#include "app/reindex_collection.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <vector>

namespace cairn {
namespace {

constexpr std::size_t documents_at_once = 200;

}  // namespace

Result<std::uint64_t> queue_collection(Catalog& catalog, const Task& task, const CancelToken& cancel,
                                       const std::function<void(double)>& report) {
  CAIRN_TRY(const std::vector<std::uint64_t> counts, catalog.document_counts(task.collection));
  const auto total = std::max(std::accumulate(counts.begin(), counts.end(), std::uint64_t{0}), std::uint64_t{1});
  std::uint64_t queued = 0, seen = 0;
  ReindexStep step;
  do {
    if (cancel.cancelled()) return fail(ErrorKind::cancelled, "cancelled");
    CAIRN_TRY(step, catalog.queue_reindex(task.collection, step.last, documents_at_once, task.priority, task.id));
    queued += step.queued;
    seen += documents_at_once;
    report(std::min(1.0, static_cast<double>(seen) / static_cast<double>(total)));
  } while (!step.last.empty());
  return queued;
}

}  // namespace cairn
