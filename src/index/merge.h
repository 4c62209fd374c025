#pragma once

#include <span>

#include "base/bytes.h"
#include "base/cancel.h"
#include "index/snapshot.h"

namespace cairn::index {

/// Writes one segment that holds the live documents of `inputs` in order, with the same codes, spans and stored bytes
/// (so scores do not change). All inputs share one vector space. Memory: the merged postings, not the text. Errors:
/// `invalid` (different models), `corrupt`, `cancelled`.
Result<void> merge(std::span<const LiveSegment> inputs, const CancelToken& cancel, const ByteSink& out);

}  // namespace cairn::index
