#include <algorithm>
#include <cmath>
#include <limits>

#include "index/scan.h"
#include "index/snapshot_state.h"

namespace cairn::index {
namespace {

constexpr float everything = -std::numeric_limits<float>::infinity();

/// One segment of the model that is searched.
struct Part {
  std::uint32_t segment = 0;
  std::size_t query = 0;  ///< Index of the query coded for its space.
  std::size_t blocks = 0;
  ScanQuery scan;
  ScanTarget target;
  const std::byte* fine = nullptr;
  const std::byte* fine_scales = nullptr;
  std::size_t code_bits = 0;
};

/// A query against all segments of one model. Candidates are cut over the whole snapshot, and by value (ties stay), so
/// that the set that is re-ranked does not depend on how documents are spread over segments.
class DenseSearch {
 public:
  DenseSearch(const Snapshot::State& snapshot, std::string_view model, std::span<const float> query,
              const Filter* filter, std::uint32_t query_bits);

  std::vector<Candidate> run(std::size_t limit, std::size_t rerank) const;
  float score(std::uint32_t segment, std::uint32_t vector) const;

 private:
  struct Found {
    std::uint32_t part = 0;
    Estimate estimate;
  };

  void add_part(std::uint32_t segment, std::span<const float> query, std::uint32_t query_bits);
  float fine(const Part& part, std::uint32_t vector) const;
  float guess_threshold(std::size_t wanted) const;
  std::vector<Found> scan(float threshold) const;

  const Snapshot::State& snapshot_;
  const ScanKernel& kernel_ = best_kernel();
  std::vector<const VectorCodec*> codecs_;
  std::vector<QueryCode> queries_;
  std::vector<DocumentSet> matching_;
  std::vector<Part> parts_;
  std::uint64_t live_ = 0, blocks_ = 0;
};

DenseSearch::DenseSearch(const Snapshot::State& snapshot, std::string_view model, std::span<const float> query,
                         const Filter* filter, std::uint32_t query_bits)
    : snapshot_(snapshot) {
  for (std::uint32_t i = 0; i < snapshot.segments.size(); ++i) {
    const VectorSpace& space = snapshot.segments[i].segment->space();
    if (space.model == model && !model.empty() && space.dimensions == query.size()) add_part(i, query, query_bits);
  }
  if (filter != nullptr)
    for (const Part& part : parts_) matching_.push_back(snapshot.matching(part.segment, *filter));
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    Part& part = parts_[i];
    const DocumentSet& live = filter != nullptr ? matching_[i] : snapshot.live_chunks[part.segment];
    const QueryCode& code = queries_[part.query];
    part.target.live = live.bytes();
    part.scan = {code.planes.data(), code.bits, part.code_bits / 64, code.plane_scale};
    live_ += live.count();
    blocks_ += part.blocks;
  }
}

void DenseSearch::add_part(std::uint32_t segment, std::span<const float> query, std::uint32_t query_bits) {
  const VectorCodec* codec = snapshot_.codecs[segment].get();
  auto known = std::find(codecs_.begin(), codecs_.end(), codec);
  if (known == codecs_.end()) {
    known = codecs_.insert(known, codec);
    queries_.push_back(codec->encode_query(query, query_bits));
  }
  const Segment::State& state = snapshot_.segment(segment);
  Part& part = parts_.emplace_back();
  part.segment = segment;
  part.query = static_cast<std::size_t>(known - codecs_.begin());
  part.blocks = (std::size_t{state.meta.chunks} + 7) / 8;
  part.target.codes = state.section(SectionKind::codes).data();
  part.target.factors = state.section(SectionKind::code_factors).data();
  part.fine = state.section(SectionKind::fine_codes).data();
  part.fine_scales = state.section(SectionKind::fine_scales).data();
  part.code_bits = state.meta.code_bits;
}

float DenseSearch::fine(const Part& part, std::uint32_t vector) const {
  const QueryCode& query = queries_[part.query];
  const std::int64_t dot = kernel_.fine_dot(query.fine.data(), part.fine + vector * part.code_bits, part.code_bits);
  const std::byte* factors = part.target.factors + vector / 8 * 64 + vector % 8 * sizeof(float);
  return fine_score(query, dot, load<float>(part.fine_scales + vector * sizeof(float)),
                    load<float>(factors + 8 * sizeof(float)));
}

float DenseSearch::score(std::uint32_t segment, std::uint32_t vector) const {
  for (const Part& part : parts_)
    if (part.segment == segment) return fine(part, vector);
  return 0;
}

/// A threshold that some three times the wanted number will pass, judged by a sample of blocks. A wrong guess costs a
/// second scan, never a result.
float DenseSearch::guess_threshold(std::size_t wanted) const {
  constexpr std::size_t sampled_blocks = 512, margin = 3, least_sample = 256;
  if (live_ <= std::max(sampled_blocks * 8, 2 * margin * wanted)) return everything;
  std::vector<float> scores;
  Estimate out[8];
  std::size_t before = 0;
  for (const Part& part : parts_) {
    const std::size_t step = std::max<std::size_t>(1, blocks_ / sampled_blocks);
    for (std::size_t block = (step - before % step) % step; block < part.blocks; block += step) {
      const std::size_t count = kernel_.scan(part.scan, part.target, block, block + 1, everything, out);
      for (std::size_t i = 0; i < count; ++i) scores.push_back(out[i].score);
    }
    before += part.blocks;
  }
  const std::size_t rank = margin * wanted * scores.size() / live_ + 4;
  if (scores.size() < least_sample || rank >= scores.size()) return everything;
  std::nth_element(scores.begin(), scores.begin() + static_cast<std::ptrdiff_t>(rank), scores.end(), std::greater<>());
  return scores[rank];
}

std::vector<DenseSearch::Found> DenseSearch::scan(float threshold) const {
  constexpr std::size_t blocks_at_once = 256;
  std::vector<Found> found;
  std::array<Estimate, blocks_at_once * 8> out;
  for (std::uint32_t p = 0; p < parts_.size(); ++p) {
    const Part& part = parts_[p];
    for (std::size_t first = 0; first < part.blocks; first += blocks_at_once) {
      const std::size_t last = std::min(part.blocks, first + blocks_at_once);
      const std::size_t count = kernel_.scan(part.scan, part.target, first, last, threshold, out.data());
      for (std::size_t i = 0; i < count; ++i) found.push_back({p, out[i]});
    }
  }
  return found;
}

std::vector<Candidate> DenseSearch::run(std::size_t limit, std::size_t rerank) const {
  const std::size_t wanted = std::max(limit, rerank);
  const float threshold = guess_threshold(wanted);
  std::vector<Found> found = scan(threshold);
  if (found.size() < wanted && threshold != everything) found = scan(everything);
  if (found.size() > wanted) {
    std::vector<float> scores;
    for (const Found& each : found) scores.push_back(each.estimate.score);
    const auto nth = scores.begin() + static_cast<std::ptrdiff_t>(wanted - 1);
    std::nth_element(scores.begin(), nth, scores.end(), std::greater<>());
    std::erase_if(found, [cut = *nth](const Found& each) { return each.estimate.score < cut; });
  }
  std::vector<Candidate> candidates;
  for (const Found& each : found) {
    const Part& part = parts_[each.part];
    const float value = fine(part, each.estimate.vector);
    if (std::isfinite(value)) candidates.push_back({part.segment, each.estimate.vector, value});
  }
  rank(candidates, limit, snapshot_.segments);
  return candidates;
}

}  // namespace

std::vector<Candidate> Snapshot::search_dense(std::string_view model, std::span<const float> query, std::size_t limit,
                                              const Filter* filter, const DenseOptions& options) const {
  if (limit == 0) return {};
  return DenseSearch(*state_, model, query, filter, options.query_bits).run(limit, options.rerank);
}

void Snapshot::score_dense(std::string_view model, std::span<const float> query,
                           std::span<Candidate> candidates) const {
  const DenseSearch search(*state_, model, query, nullptr, DenseOptions{}.query_bits);
  for (Candidate& candidate : candidates) candidate.score = search.score(candidate.segment, candidate.chunk);
}

}  // namespace cairn::index
