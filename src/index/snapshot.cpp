#include "index/snapshot.h"

#include <algorithm>
#include <tuple>

#include "index/filter_eval.h"
#include "index/snapshot_state.h"

namespace cairn::index {
namespace {

bool same_space(const VectorSpace& a, const VectorSpace& b) {
  return a.model == b.model && a.dimensions == b.dimensions && a.centre == b.centre;
}

void erase_documents(const Segment& segment, std::span<const std::uint32_t> documents, DocumentSet& chunks) {
  for (const std::uint32_t document : documents) {
    if (document >= segment.document_count()) continue;
    const Span range = segment.chunks_of(document);
    for (std::uint32_t chunk = range.start; chunk < range.end; ++chunk) chunks.erase(chunk);
  }
}

std::uint64_t live_length(const Segment::State& segment, const DocumentSet& live) {
  if (live.count() == live.size()) return segment.meta.total_length;
  std::uint64_t sum = 0;
  for (std::size_t chunk = 0; chunk < live.size(); ++chunk)
    if (live.contains(chunk)) sum += segment.lengths[chunk];
  return sum;
}

auto place_of(const Candidate& candidate, std::span<const LiveSegment> segments) {
  const Segment& segment = *segments[candidate.segment].segment;
  const StoredChunk chunk = segment.chunk(candidate.chunk);
  return std::tuple(segment.key(chunk.document), chunk.ordinal, candidate.segment);
}

/// Finding a place takes much longer than comparing two: each is found once.
void order_ties(std::span<Candidate> ties, std::span<const LiveSegment> segments) {
  std::vector<std::pair<decltype(place_of(ties[0], segments)), Candidate>> placed;
  placed.reserve(ties.size());
  for (const Candidate& each : ties) placed.emplace_back(place_of(each, segments), each);
  std::ranges::sort(placed, {}, [](const auto& each) -> const auto& { return each.first; });
  for (std::size_t i = 0; i < ties.size(); ++i) ties[i] = placed[i].second;
}

}  // namespace

Snapshot::Snapshot(std::vector<LiveSegment> segments) : state_(std::make_unique<State>()) {
  State& s = *state_;
  s.segments = std::move(segments);
  for (std::size_t i = 0; i < s.segments.size(); ++i) {
    const LiveSegment& live = s.segments[i];
    DocumentSet& chunks = s.live_chunks.emplace_back(live.segment->chunk_count(), true);
    erase_documents(*live.segment, live.tombstones, chunks);
    s.documents += live.segment->document_count() - live.tombstones.size();
    s.chunks += chunks.count();
    s.whole.push_back(chunks.count() == chunks.size());
    s.total_length += live_length(s.segment(i), chunks);

    const VectorSpace& space = live.segment->space();
    std::shared_ptr<const VectorCodec>& codec = s.codecs.emplace_back();
    for (std::size_t k = 0; k < i && !codec; ++k)
      if (same_space(s.segments[k].segment->space(), space)) codec = s.codecs[k];
    if (!codec && !space.model.empty()) codec = std::make_shared<VectorCodec>(space);
    if (!space.model.empty() && chunks.count() > 0) s.models.push_back(space);
  }
  std::ranges::sort(s.models, {}, &VectorSpace::model);
  const auto repeated = std::ranges::unique(s.models, {}, &VectorSpace::model);
  s.models.erase(repeated.begin(), repeated.end());
}

Snapshot::~Snapshot() = default;
Snapshot::Snapshot(Snapshot&&) noexcept = default;

std::span<const LiveSegment> Snapshot::segments() const { return state_->segments; }
std::uint64_t Snapshot::live_document_count() const { return state_->documents; }
std::uint64_t Snapshot::live_chunk_count() const { return state_->chunks; }

const std::vector<VectorSpace>& Snapshot::models() const { return state_->models; }

std::uint64_t Snapshot::document_frequency(std::string_view term) const {
  return state_->document_frequency(std::string(term));
}

DocumentSet Snapshot::State::matching(std::size_t i, const Filter& filter) const {
  const Segment& segment = *segments[i].segment;
  const DocumentSet wanted = evaluate(filter, segment.state().columns, segment.document_count());
  DocumentSet out(segment.chunk_count());
  for (std::uint32_t document = 0; document < segment.document_count(); ++document) {
    if (!wanted.contains(document)) continue;
    const Span range = segment.chunks_of(document);
    out.insert_range(range.start, range.end);
  }
  out.intersect(live_chunks[i]);
  return out;
}

void rank(std::vector<Candidate>& candidates, std::size_t limit, std::span<const LiveSegment> segments) {
  const auto better = [](const Candidate& a, const Candidate& b) { return a.score > b.score; };
  if (candidates.size() > limit && limit > 0) {
    const auto nth = candidates.begin() + static_cast<std::ptrdiff_t>(limit - 1);
    std::nth_element(candidates.begin(), nth, candidates.end(), better);
    std::erase_if(candidates, [cut = nth->score](const Candidate& each) { return each.score < cut; });
  }
  std::sort(candidates.begin(), candidates.end(), better);
  for (std::size_t i = 0; i < std::min(limit, candidates.size());) {
    const auto first = candidates.begin() + static_cast<std::ptrdiff_t>(i);
    const auto last = std::upper_bound(first, candidates.end(), *first, better);
    if (last - first > 1) order_ties(std::span(first, last), segments);
    i = static_cast<std::size_t>(last - candidates.begin());
  }
  if (candidates.size() > limit) candidates.resize(limit);
}

}  // namespace cairn::index
