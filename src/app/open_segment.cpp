#include "app/open_segment.h"

#include <utility>

namespace cairn {
namespace {

/// Keeps a segment together with the bytes that it reads.
struct MappedSegment {
  BlobView view;
  index::Segment segment;
};

}  // namespace

Result<std::shared_ptr<const index::Segment>> open_segment(const BlobStore& blobs, const BlobId& id) {
  CAIRN_TRY(BlobView view, blobs.open(id));
  auto segment = index::Segment::open(view.bytes());
  if (!segment) return fail(segment.error().kind, "segment " + id.value() + ": " + segment.error().message);
  const auto mapped = std::make_shared<const MappedSegment>(std::move(view), std::move(*segment));
  return std::shared_ptr<const index::Segment>(mapped, &mapped->segment);
}

}  // namespace cairn
