#include "index/rekey.h"

#include <algorithm>
#include <numeric>
#include <vector>

#include "index/section_stream.h"
#include "index/segment_state.h"

namespace cairn::index {
namespace {

constexpr std::size_t piece_bytes = 1 << 20;

void copy_section(SectionStream& stream, SectionKind kind, Bytes bytes) {
  stream.begin(kind);
  for (; !bytes.empty() && !stream.failed(); bytes = bytes.subspan(std::min(piece_bytes, bytes.size())))
    stream.write(bytes.first(std::min(piece_bytes, bytes.size())));
  stream.end();
}

}  // namespace

Result<void> rekey(const Segment& segment, std::span<const DocumentKey> keys, const ByteSink& out) {
  if (keys.size() != segment.document_count())
    return fail(ErrorKind::invalid, "a segment gets one key for each of its documents");
  std::vector<std::uint32_t> order(keys.size());
  std::iota(order.begin(), order.end(), 0u);
  std::ranges::sort(order, {}, [&](std::uint32_t document) { return keys[document]; });
  const Segment::State& state = segment.state();
  SectionStream stream(out);
  for (const SectionEntry& entry : state.table) {
    const auto kind = static_cast<SectionKind>(entry.kind);
    if (kind == SectionKind::document_keys) stream.section(kind, std::as_bytes(keys));
    else if (kind == SectionKind::key_order) stream.section(kind, std::as_bytes(std::span(order)));
    else copy_section(stream, kind, state.section(kind));
  }
  return stream.finish();
}

}  // namespace cairn::index
