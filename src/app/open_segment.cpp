#include "app/open_segment.h"

#include <utility>

#include "index/verify_sections.h"

namespace cairn {
namespace {

/// Sections up to this size are checked against their checksums when a segment is opened: less than a millisecond each.
/// In a segment of up to some 2,000 chunks that is every section, in larger ones all but codes, postings and texts, of
/// which a search reads a part; fsck checks them.
constexpr std::uint64_t checked_section_bytes = 1 << 20;

/// Keeps a segment together with the bytes that it reads.
struct MappedSegment {
  BlobView view;
  index::Segment segment;
};

Result<index::Segment> open_checked(Bytes bytes) {
  CAIRN_TRY(index::Segment segment, index::Segment::open(bytes));
  CAIRN_CHECK(index::verify_sections(segment, checked_section_bytes));
  return segment;
}

}  // namespace

Result<std::shared_ptr<const index::Segment>> open_segment(const BlobStore& blobs, const BlobId& id) {
  CAIRN_TRY(BlobView view, blobs.open(id));
  auto segment = open_checked(view.bytes());
  if (!segment) return fail(segment.error().kind, "segment " + id.value() + ": " + segment.error().message);
  const auto mapped = std::make_shared<const MappedSegment>(std::move(view), std::move(*segment));
  return std::shared_ptr<const index::Segment>(mapped, &mapped->segment);
}

}  // namespace cairn
