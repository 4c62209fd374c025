#pragma once

#include <cstdint>
#include <functional>

#include "base/cancel.h"
#include "base/result.h"
#include "domain/task.h"
#include "ports/catalog.h"

namespace cairn {

/// Does a `reindex` task: queues an ingest task for each document of its collection, so that all are extracted, cut and
/// embedded by the rules of today from their stored originals, while their old versions are found until then. The
/// tasks have its priority and name it as their parent. Repeating it goes on where it was. Returns how many documents
/// it has queued. Errors: those of Catalog, `cancelled`.
Result<std::uint64_t> queue_collection(Catalog& catalog, const Task& task, const CancelToken& cancel,
                                       const std::function<void(double)>& report);

}  // namespace cairn
