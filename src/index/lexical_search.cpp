#include <algorithm>
#include <limits>

#include "index/bm25.h"
#include "index/snapshot_state.h"

namespace cairn::index {
namespace {

std::vector<Bm25Term> make_terms(const Snapshot::State& snapshot, std::span<const WeightedTerm> terms,
                                 const Bm25Options& options) {
  const double mean_length = snapshot.total_length == 0
                                 ? 1.0
                                 : static_cast<double>(snapshot.total_length) / static_cast<double>(snapshot.chunks);
  std::vector<Bm25Term> out;
  for (const WeightedTerm& term : terms)
    out.emplace_back(options, term.weight, snapshot.chunks, snapshot.document_frequency(term.term), mean_length);
  return out;
}

/// The best candidates so far, over all segments. Keeps everything that ties with the worst of them.
class Best {
 public:
  explicit Best(std::size_t limit) : limit_(limit), shrink_at_(std::max<std::size_t>(2 * limit, 64)) {}

  /// Nothing below it can be among the best any more.
  float threshold() const { return threshold_; }

  void add(const Candidate& candidate) {
    if (candidate.score < threshold_) return;
    candidates_.push_back(candidate);
    if (candidates_.size() >= shrink_at_) shrink();
  }

  std::vector<Candidate> take() { return std::move(candidates_); }

 private:
  void shrink() {
    const auto nth = candidates_.begin() + static_cast<std::ptrdiff_t>(limit_ - 1);
    std::nth_element(candidates_.begin(), nth, candidates_.end(),
                     [](const Candidate& a, const Candidate& b) { return a.score > b.score; });
    threshold_ = nth->score;
    std::erase_if(candidates_, [this](const Candidate& each) { return each.score < threshold_; });
    shrink_at_ = std::max(shrink_at_, 2 * candidates_.size());
  }

  std::size_t limit_, shrink_at_;
  float threshold_ = -std::numeric_limits<float>::infinity();
  std::vector<Candidate> candidates_;
};

/// One term's list in the segment that is being searched.
struct TermList {
  PostingCursor cursor;
  const Bm25Term* term;
  std::size_t position;  ///< In the query: scores are always summed in its order, so that they come out the same.
  double bound;
};

/// MaxScore (Turtle & Flood 1995) with block-max windows (Ding & Suel 2011): lists are sorted by what they can add;
/// those that together cannot lift a chunk over the threshold are only looked up, never walked.
class SegmentSearch {
 public:
  SegmentSearch(std::uint32_t index, const Segment::State& segment, const DocumentSet& live,
                std::span<const WeightedTerm> terms, std::span<const Bm25Term> scorers, Best& best)
      : index_(index), segment_(segment), live_(live), best_(best), parts_(terms.size()) {
    for (std::size_t i = 0; i < terms.size(); ++i) {
      auto cursor = segment.postings(terms[i].term);
      if (!cursor || cursor->chunk() == no_chunk) continue;
      const double bound = scorers[i].bound(cursor->list_impact());
      lists_.push_back({std::move(*cursor), &scorers[i], i, bound});
    }
    std::sort(lists_.begin(), lists_.end(), [](const TermList& a, const TermList& b) { return a.bound < b.bound; });
    for (const TermList& list : lists_) reach_.push_back(list.bound + (reach_.empty() ? 0 : reach_.back()));
  }

  void run() {
    while (true) {
      while (essential_ < lists_.size() && hopeless(reach_[essential_])) ++essential_;
      const std::uint32_t chunk = next_chunk();
      if (chunk == no_chunk) return;
      if (chunk > window_end_) open_window(chunk);
      if (hopeless(window_bound_)) {
        skip_to(window_end_ == no_chunk ? no_chunk : window_end_ + 1);
        continue;
      }
      if (live_.contains(chunk)) visit(chunk);
      step_past(chunk);
    }
  }

 private:
  /// Sums of bounds are taken in another order than sums of scores; the margin covers their rounding.
  bool hopeless(double bound) const { return bound * (1 + 1e-6) < best_.threshold(); }

  std::uint32_t next_chunk() const {
    std::uint32_t chunk = no_chunk;
    for (std::size_t i = essential_; i < lists_.size(); ++i) chunk = std::min(chunk, lists_[i].cursor.chunk());
    return chunk;
  }

  /// The stretch from `chunk` on in which no list changes its block, and what a chunk in it can be worth at most.
  void open_window(std::uint32_t chunk) {
    window_end_ = no_chunk;
    window_bound_ = 0;
    for (TermList& list : lists_) {
      std::uint32_t last = no_chunk;
      window_bound_ += list.term->bound(list.cursor.block_impact(chunk, last));
      window_end_ = std::min(window_end_, last);
    }
  }

  void skip_to(std::uint32_t chunk) {
    for (std::size_t i = essential_; i < lists_.size(); ++i) lists_[i].cursor.seek(chunk);
  }

  void step_past(std::uint32_t chunk) {
    for (std::size_t i = essential_; i < lists_.size(); ++i)
      if (lists_[i].cursor.chunk() == chunk) lists_[i].cursor.next();
  }

  void visit(std::uint32_t chunk) {
    const std::uint32_t length = segment_.lengths[chunk];
    std::fill(parts_.begin(), parts_.end(), 0.0f);
    double sum = 0;
    const auto take = [&](TermList& list) {
      if (list.cursor.chunk() != chunk) return;
      sum += parts_[list.position] = list.term->score(list.cursor.frequency(), length);
    };
    for (std::size_t i = essential_; i < lists_.size(); ++i) take(lists_[i]);
    for (std::size_t i = essential_; i-- > 0;) {
      if (hopeless(sum + reach_[i])) return;
      lists_[i].cursor.seek(chunk);
      take(lists_[i]);
    }
    float score = 0;
    for (const float part : parts_) score += part;
    best_.add({index_, chunk, score});
  }

  std::uint32_t index_;
  const Segment::State& segment_;
  const DocumentSet& live_;
  Best& best_;
  std::vector<float> parts_;
  std::vector<TermList> lists_;  ///< The least first.
  std::vector<double> reach_;    ///< What lists up to this one can add together.
  std::size_t essential_ = 0;    ///< Lists before it are only looked up.
  std::uint32_t window_end_ = 0;
  double window_bound_ = std::numeric_limits<double>::infinity();
};

/// What each term adds to the candidates of one segment, candidates in ascending order of chunks: add(candidate, term,
/// part).
template <class Add>
void for_each_part(const Snapshot::State& snapshot, std::span<const WeightedTerm> terms,
                   std::span<const Bm25Term> scorers, std::span<Candidate* const> candidates, Add add) {
  const Segment::State& segment = snapshot.segment(candidates.front()->segment);
  for (std::size_t i = 0; i < terms.size(); ++i) {
    auto cursor = segment.postings(terms[i].term);
    if (!cursor) continue;
    for (Candidate* candidate : candidates) {
      cursor->seek(candidate->chunk);
      if (cursor->chunk() == candidate->chunk)
        add(*candidate, i, scorers[i].score(cursor->frequency(), segment.lengths[candidate->chunk]));
    }
  }
}

}  // namespace

std::vector<Candidate> Snapshot::search_lexical(std::span<const WeightedTerm> terms, std::size_t limit,
                                                const Filter* filter, const Bm25Options& options) const {
  if (limit == 0) return {};
  const std::vector<Bm25Term> scorers = make_terms(*state_, terms, options);
  Best best(limit);
  for (std::uint32_t i = 0; i < state_->segments.size(); ++i) {
    if (filter == nullptr) {
      SegmentSearch(i, state_->segment(i), state_->live_chunks[i], terms, scorers, best).run();
    } else {
      const DocumentSet matching = state_->matching(i, *filter);
      SegmentSearch(i, state_->segment(i), matching, terms, scorers, best).run();
    }
  }
  std::vector<Candidate> candidates = best.take();
  rank(candidates, limit, state_->segments);
  return candidates;
}

void Snapshot::score_lexical(std::span<const WeightedTerm> terms, const Bm25Options& options,
                             std::span<Candidate> candidates) const {
  const std::vector<Bm25Term> scorers = make_terms(*state_, terms, options);
  std::vector<Candidate*> sorted;
  for (Candidate& candidate : candidates) {
    candidate.score = 0;
    sorted.push_back(&candidate);
  }
  std::sort(sorted.begin(), sorted.end(), [](const Candidate* a, const Candidate* b) {
    return std::pair(a->segment, a->chunk) < std::pair(b->segment, b->chunk);
  });
  for (auto first = sorted.begin(); first != sorted.end();) {
    const auto last =
        std::find_if(first, sorted.end(), [&](const Candidate* c) { return c->segment != (*first)->segment; });
    for_each_part(*state_, terms, scorers, std::span(first, last),
                  [](Candidate& candidate, std::size_t, float part) { candidate.score += part; });
    first = last;
  }
}

std::vector<float> Snapshot::explain_lexical(std::span<const WeightedTerm> terms, const Bm25Options& options,
                                             Candidate candidate) const {
  const std::vector<Bm25Term> scorers = make_terms(*state_, terms, options);
  std::vector<float> parts(terms.size());
  Candidate* one = &candidate;
  for_each_part(*state_, terms, scorers, std::span(&one, 1),
                [&](Candidate&, std::size_t term, float part) { parts[term] = part; });
  return parts;
}

}  // namespace cairn::index
