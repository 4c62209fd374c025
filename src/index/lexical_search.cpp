#include <algorithm>

#include "index/lexical_scan.h"
#include "index/partial_search.h"
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

/// What each term adds to the candidates of one segment, candidates in ascending order of chunks: add(index of the
/// candidate, term, part).
template <class Add>
void for_each_part(const Snapshot::State& snapshot, std::span<const WeightedTerm> terms,
                   std::span<const Bm25Term> scorers, std::span<Candidate* const> candidates, Add add) {
  const Segment::State& segment = snapshot.segment(candidates.front()->segment);
  for (std::size_t i = 0; i < terms.size(); ++i) {
    auto cursor = segment.postings(terms[i].term);
    if (!cursor) continue;
    for (std::size_t c = 0; c < candidates.size(); ++c) {
      const std::uint32_t chunk = candidates[c]->chunk;
      cursor->seek(chunk);
      if (cursor->chunk() == chunk) add(c, i, scorers[i].score(cursor->frequency(), segment.lengths[chunk]));
    }
  }
}

}  // namespace

std::vector<Candidate> search_lexical_part(const Snapshot& snapshot, std::span<const WeightedTerm> terms,
                                           std::size_t limit, const Filter* filter, const Bm25Options& options,
                                           const SegmentNumbers* among) {
  if (limit == 0) return {};
  const Snapshot::State& state = snapshot.state();
  const std::vector<Bm25Term> scorers = make_terms(state, terms, options);
  BestCandidates best(limit);
  ScoreWindow window;
  for (std::uint32_t i = 0; i < state.segments.size(); ++i) {
    if (among != nullptr && !std::ranges::binary_search(*among, i)) continue;
    const auto scan = [&](const DocumentSet& live) {
      LexicalScan(i, state.segment(i), live, terms, scorers, window, best).run();
    };
    if (filter == nullptr) scan(state.live_chunks[i]);
    else scan(state.matching(i, *filter));
  }
  return join_lexical_parts(snapshot, limit, best.take());
}

std::vector<Candidate> join_lexical_parts(const Snapshot& snapshot, std::size_t limit,
                                          std::vector<Candidate> candidates) {
  rank(candidates, limit, snapshot.segments());
  return candidates;
}

std::vector<Candidate> Snapshot::search_lexical(std::span<const WeightedTerm> terms, std::size_t limit,
                                                const Filter* filter, const Bm25Options& options) const {
  return search_lexical_part(*this, terms, limit, filter, options, nullptr);
}

void Snapshot::score_lexical(std::span<const WeightedTerm> terms, const Bm25Options& options,
                             std::span<Candidate> candidates) const {
  const std::vector<Bm25Term> scorers = make_terms(*state_, terms, options);
  std::vector<Candidate*> sorted;
  for (Candidate& candidate : candidates) sorted.push_back(&candidate);
  std::sort(sorted.begin(), sorted.end(), [](const Candidate* a, const Candidate* b) {
    return std::pair(a->segment, a->chunk) < std::pair(b->segment, b->chunk);
  });
  for (auto first = sorted.begin(); first != sorted.end();) {
    const auto last =
        std::find_if(first, sorted.end(), [&](const Candidate* c) { return c->segment != (*first)->segment; });
    const std::span group(first, last);
    std::vector<double> sums(group.size());
    for_each_part(*state_, terms, scorers, group,
                  [&](std::size_t candidate, std::size_t, float part) { sums[candidate] += part; });
    for (std::size_t i = 0; i < group.size(); ++i) group[i]->score = static_cast<float>(sums[i]);
    first = last;
  }
}

std::vector<float> Snapshot::explain_lexical(std::span<const WeightedTerm> terms, const Bm25Options& options,
                                             Candidate candidate) const {
  const std::vector<Bm25Term> scorers = make_terms(*state_, terms, options);
  std::vector<float> parts(terms.size());
  Candidate* one = &candidate;
  for_each_part(*state_, terms, scorers, std::span(&one, 1),
                [&](std::size_t, std::size_t term, float part) { parts[term] = part; });
  return parts;
}

}  // namespace cairn::index
