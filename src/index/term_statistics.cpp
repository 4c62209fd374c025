#include "index/snapshot_state.h"

namespace cairn::index {
namespace {

std::uint64_t live_postings(const Segment::State& segment, const DocumentSet& live, bool whole, std::string_view term) {
  const auto found = segment.terms.find(term);
  if (!found) return 0;
  if (whole) return found->count;
  std::uint64_t count = 0;
  for (PostingCursor cursor = segment.cursor(*found); cursor.chunk() != no_chunk; cursor.next())
    count += live.contains(cursor.chunk()) ? 1 : 0;
  return count;
}

}  // namespace

std::uint64_t Snapshot::State::document_frequency(const std::string& term) const {
  {
    const std::lock_guard lock(mutex);
    if (const auto known = frequencies.find(term); known != frequencies.end()) return known->second;
  }
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < segments.size(); ++i) count += live_postings(segment(i), live_chunks[i], whole[i], term);
  // Queries are long-tailed: a cache that may grow with every term ever asked would be a leak.
  constexpr std::size_t most_cached = 100'000;
  const std::lock_guard lock(mutex);
  if (frequencies.size() >= most_cached) frequencies.clear();
  frequencies.emplace(term, count);
  return count;
}

}  // namespace cairn::index
