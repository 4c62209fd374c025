#pragma once

#include <memory>

#include "base/result.h"
#include "domain/ids.h"
#include "index/segment.h"
#include "ports/blob_store.h"

namespace cairn {

/// Opens a segment in place; its bytes stay mapped for as long as the segment lives, even if the blob is removed
/// meanwhile. Errors: those of BlobStore::open and index::Segment::open.
Result<std::shared_ptr<const index::Segment>> open_segment(const BlobStore& blobs, const BlobId& id);

}  // namespace cairn
