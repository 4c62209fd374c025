#pragma once

#include <span>

#include "base/bytes.h"
#include "index/segment.h"

namespace cairn::index {

/// Writes the same segment with other document keys, one for each document, in their order; all else stays, byte for
/// byte, so scores do not change. Keys must differ from each other. Errors: `invalid` (not as many keys as documents),
/// and those of `out`.
Result<void> rekey(const Segment& segment, std::span<const DocumentKey> keys, const ByteSink& out);

}  // namespace cairn::index
