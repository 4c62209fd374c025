#include <algorithm>
#include <cmath>
#include <limits>

#include "index/code_blocks.h"
#include "index/partial_search.h"
#include "index/scan.h"
#include "index/snapshot_state.h"

namespace cairn::index {
namespace {

constexpr std::size_t cache_line = 64;
constexpr float everything = -std::numeric_limits<float>::infinity();

/// One segment of the model that is searched.
struct Part {
  std::uint32_t segment = 0;
  std::size_t query = 0;  ///< Index of the query coded for its space.
  std::size_t blocks = 0;
  ScanQuery scan;
  ScanTarget target;
  const std::byte* fine = nullptr;
  ArrayView<FineFactors> fine_factors;
  std::size_t code_bits = 0;
};

/// A query against segments of one model. Candidates are cut over the whole snapshot, and by value (ties stay), so
/// that the set that is re-ranked does not depend on how documents are spread over segments.
class DenseSearch {
 public:
  /// `among` may be null: all.
  DenseSearch(const Snapshot::State& snapshot, std::string_view model, std::span<const float> query,
              const Filter* filter, std::uint32_t query_bits, const SegmentNumbers* among);

  std::vector<DenseFinding> run(std::size_t limit, const DenseOptions& options) const;
  std::vector<Candidate> join(std::size_t limit, const DenseOptions& options,
                              std::span<const DenseFinding> findings) const;
  float score(std::uint32_t segment, std::uint32_t vector) const;

 private:
  struct Found {
    std::uint32_t part = 0;
    Estimate estimate;
  };
  class Shortlist;

  std::size_t code_query(const VectorCodec* codec, std::span<const float> query, std::uint32_t query_bits);
  void add_part(std::uint32_t segment, std::size_t query);
  Shortlist empty_shortlist(std::size_t limit, const DenseOptions& options) const;
  float fine(const Part& part, std::uint32_t vector) const;
  void prefetch(const Found& found) const;
  std::vector<Found> scan(std::size_t limit, const DenseOptions& options) const;

  const Snapshot::State& snapshot_;
  const ScanKernel& kernel_ = best_kernel();
  std::vector<const VectorCodec*> codecs_;
  std::vector<QueryCode> queries_;
  std::vector<DocumentSet> matching_;
  std::vector<Part> parts_;
};

DenseSearch::DenseSearch(const Snapshot::State& snapshot, std::string_view model, std::span<const float> query,
                         const Filter* filter, std::uint32_t query_bits, const SegmentNumbers* among)
    : snapshot_(snapshot) {
  for (std::uint32_t i = 0; i < snapshot.segments.size(); ++i) {
    const VectorSpace& space = snapshot.segments[i].segment->space();
    if (space.model != model || model.empty() || space.dimensions != query.size()) continue;
    // For segments too that are not searched here: how far estimates may err follows from all of them.
    const std::size_t coded = code_query(snapshot.codecs[i].get(), query, query_bits);
    if (among == nullptr || std::ranges::binary_search(*among, i)) add_part(i, coded);
  }
  if (filter != nullptr)
    for (const Part& part : parts_) matching_.push_back(snapshot.matching(part.segment, *filter));
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    Part& part = parts_[i];
    const DocumentSet& live = filter != nullptr ? matching_[i] : snapshot.live_chunks[part.segment];
    const QueryCode& code = queries_[part.query];
    part.target.live = live.bytes();
    part.scan = {code.planes.data(), code.bits, part.code_bits / 64, code.plane_scale, code.along_centre};
  }
}

std::size_t DenseSearch::code_query(const VectorCodec* codec, std::span<const float> query, std::uint32_t query_bits) {
  auto known = std::find(codecs_.begin(), codecs_.end(), codec);
  if (known == codecs_.end()) {
    known = codecs_.insert(known, codec);
    queries_.push_back(codec->encode_query(query, query_bits));
  }
  return static_cast<std::size_t>(known - codecs_.begin());
}

void DenseSearch::add_part(std::uint32_t segment, std::size_t query) {
  const Segment::State& state = snapshot_.segment(segment);
  Part& part = parts_.emplace_back();
  part.segment = segment;
  part.query = query;
  part.blocks = (std::size_t{state.meta.chunks} + vectors_per_block - 1) / vectors_per_block;
  part.target.codes = state.section(SectionKind::codes).data();
  part.target.factors = state.section(SectionKind::code_factors).data();
  part.fine = state.section(SectionKind::fine_codes).data();
  part.fine_factors = ArrayView<FineFactors>(state.section(SectionKind::fine_factors));
  part.code_bits = state.meta.code_bits;
}

float DenseSearch::fine(const Part& part, std::uint32_t vector) const {
  const QueryCode& query = queries_[part.query];
  const std::int64_t dot = kernel_.fine_dot(query.fine.data(), part.fine + vector * part.code_bits, part.code_bits);
  return fine_score(query, dot, part.fine_factors[vector]);
}

float DenseSearch::score(std::uint32_t segment, std::uint32_t vector) const {
  for (const Part& part : parts_)
    if (part.segment == segment) return fine(part, vector);
  return 0;
}

/// The estimates that are worth re-ranking: those that lie within `reach` of the `limit`-th best, and of these the best
/// `most`. Cut by value, ties stay; and as the bar only rises, what is left in the end is the same in whatever order it
/// came.
class DenseSearch::Shortlist {
 public:
  Shortlist(std::size_t limit, std::size_t most, float reach) : limit_(limit), most_(most), reach_(reach) {}

  float threshold() const { return threshold_; }

  void add(std::uint32_t part, std::span<const Estimate> estimates) {
    for (const Estimate& each : estimates) {
      found_.push_back({part, each});
      if (best_.size() < limit_ || each.score > best_.front()) note(each.score);
    }
    if (best_.size() == limit_) threshold_ = std::max(threshold_, best_.front() - reach_);
    if (found_.size() >= full_at_) cut();
  }

  std::vector<Found> take() {
    cut();
    return std::move(found_);
  }

 private:
  /// Keeps the best `limit` as a heap, the worst of them in front.
  void note(float score) {
    if (best_.size() == limit_) {
      std::pop_heap(best_.begin(), best_.end(), std::greater<>());
      best_.pop_back();
    }
    best_.push_back(score);
    std::push_heap(best_.begin(), best_.end(), std::greater<>());
  }

  void drop_hopeless() {
    std::erase_if(found_, [bar = threshold_](const Found& each) { return each.estimate.score < bar; });
  }

  void cut() {
    drop_hopeless();
    if (found_.size() > most_) {
      std::vector<float> scores;
      for (const Found& each : found_) scores.push_back(each.estimate.score);
      const auto nth = scores.begin() + static_cast<std::ptrdiff_t>(most_ - 1);
      std::nth_element(scores.begin(), nth, scores.end(), std::greater<>());
      threshold_ = *nth;
      drop_hopeless();
    }
    full_at_ = std::max(4 * most_, 2 * found_.size());
  }

  std::size_t limit_, most_;
  std::size_t full_at_ = 4 * most_;
  float reach_;
  float threshold_ = everything;
  std::vector<float> best_;
  std::vector<Found> found_;
};

DenseSearch::Shortlist DenseSearch::empty_shortlist(std::size_t limit, const DenseOptions& options) const {
  float error = 0;
  for (const QueryCode& query : queries_) error = std::max(error, query.estimate_error);
  return {limit, std::max<std::size_t>(limit, options.rerank), options.doubt * error};
}

std::vector<DenseSearch::Found> DenseSearch::scan(std::size_t limit, const DenseOptions& options) const {
  // Small at first, while nearly everything passes the threshold; later large enough that the call costs nothing.
  constexpr std::size_t first_blocks = 16, most_blocks = 256;
  std::array<Estimate, most_blocks * vectors_per_block> out;
  Shortlist shortlist = empty_shortlist(limit, options);
  std::size_t at_once = first_blocks;
  // Every other search runs backwards: it starts with the codes that the one before has left in the cache. Forwards
  // each time, a cache that is smaller than the codes would never hold what is read next.
  const bool backwards = snapshot_.searches.fetch_add(1, std::memory_order_relaxed) % 2 != 0;
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    const std::size_t p = backwards ? parts_.size() - 1 - i : i;
    const Part& part = parts_[p];
    for (std::size_t done = 0, count = 0; done < part.blocks; done += count) {
      count = std::min(part.blocks - done, at_once);
      const std::size_t first = backwards ? part.blocks - done - count : done;
      const std::size_t found =
          kernel_.scan(part.scan, part.target, first, first + count, shortlist.threshold(), out.data());
      shortlist.add(static_cast<std::uint32_t>(p), std::span(out).first(found));
      at_once = std::min(2 * at_once, most_blocks);
    }
  }
  return shortlist.take();
}

void DenseSearch::prefetch(const Found& found) const {
  const Part& part = parts_[found.part];
  const std::size_t vector = found.estimate.vector;
  for (std::size_t i = 0; i < part.code_bits; i += cache_line)
    __builtin_prefetch(part.fine + vector * part.code_bits + i);
  __builtin_prefetch(part.fine_factors.data() + vector * sizeof(FineFactors));
}

std::vector<DenseFinding> DenseSearch::run(std::size_t limit, const DenseOptions& options) const {
  constexpr std::size_t ahead = 6;  // Fine codes are cold: some six rows on their way hide what memory takes.
  const std::vector<Found> found = scan(limit, options);
  std::vector<DenseFinding> findings;
  findings.reserve(found.size());
  for (std::size_t i = 0; i < std::min(ahead, found.size()); ++i) prefetch(found[i]);
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (i + ahead < found.size()) prefetch(found[i + ahead]);
    const Part& part = parts_[found[i].part];
    const Estimate& estimate = found[i].estimate;
    findings.push_back({{part.segment, estimate.vector, fine(part, estimate.vector)}, estimate.score});
  }
  return findings;
}

std::vector<Candidate> DenseSearch::join(std::size_t limit, const DenseOptions& options,
                                         std::span<const DenseFinding> findings) const {
  Shortlist shortlist = empty_shortlist(limit, options);
  for (std::uint32_t i = 0; i < findings.size(); ++i) {
    const Estimate estimate{.vector = i, .score = findings[i].estimate};
    shortlist.add(0, std::span(&estimate, 1));
  }
  std::vector<Candidate> candidates;
  for (const Found& found : shortlist.take()) {
    const Candidate& candidate = findings[found.estimate.vector].candidate;
    if (std::isfinite(candidate.score)) candidates.push_back(candidate);
  }
  rank(candidates, limit, snapshot_.segments);
  return candidates;
}

}  // namespace

std::vector<DenseFinding> search_dense_part(const Snapshot& snapshot, std::string_view model,
                                            std::span<const float> query, std::size_t limit, const Filter* filter,
                                            const DenseOptions& options, const SegmentNumbers* among) {
  if (limit == 0) return {};
  return DenseSearch(snapshot.state(), model, query, filter, options.query_bits, among).run(limit, options);
}

std::vector<Candidate> join_dense_parts(const Snapshot& snapshot, std::string_view model, std::span<const float> query,
                                        std::size_t limit, const DenseOptions& options,
                                        std::span<const DenseFinding> findings) {
  if (limit == 0) return {};
  const SegmentNumbers none;
  return DenseSearch(snapshot.state(), model, query, nullptr, options.query_bits, &none).join(limit, options, findings);
}

std::vector<Candidate> Snapshot::search_dense(std::string_view model, std::span<const float> query, std::size_t limit,
                                              const Filter* filter, const DenseOptions& options) const {
  if (limit == 0) return {};
  const DenseSearch search(*state_, model, query, filter, options.query_bits, nullptr);
  return search.join(limit, options, search.run(limit, options));
}

void Snapshot::score_dense(std::string_view model, std::span<const float> query,
                           std::span<Candidate> candidates) const {
  const DenseSearch search(*state_, model, query, nullptr, DenseOptions{}.query_bits, nullptr);
  for (Candidate& candidate : candidates) candidate.score = search.score(candidate.segment, candidate.chunk);
}

}  // namespace cairn::index
