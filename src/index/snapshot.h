#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "index/filter.h"
#include "index/segment.h"

namespace cairn::index {

/// A segment and the documents of it that are deleted or replaced (ordinals, sorted, distinct).
struct LiveSegment {
  std::shared_ptr<const Segment> segment;
  std::vector<std::uint32_t> tombstones;
};

/// A ranked chunk: which segment of the snapshot, which chunk of it, and its score.
struct Candidate {
  std::uint32_t segment = 0;
  std::uint32_t chunk = 0;
  float score = 0;
};

struct WeightedTerm {
  std::string term;
  float weight = 1;
};

struct Bm25Options {
  float k1 = 0.9f;
  float b = 0.4f;
};

struct DenseOptions {
  /// A 1-bit estimate is re-ranked by the finer code when it lies no more than so many standard errors below the
  /// estimate that is the last of the best. Infinity: as many as `rerank` allows.
  float doubt = 2.75f;
  /// At most so many are re-ranked, the best of the whole snapshot.
  std::uint32_t rerank = 400;
  /// Bits of one coordinate of the query in the 1-bit scan, 1 to 4. With 4 instead of 2 half as many are re-ranked for
  /// the same recall, but the scan takes longer by more than that saves.
  std::uint32_t query_bits = 2;
};

/// A committed state of one or more collections that can be searched: segments with their tombstones. Immutable; any
/// number of threads. Scores depend on the live documents only, never on their spread over segments: term statistics
/// are summed over all segments without tombstoned documents, and dense candidates are cut over the whole snapshot
/// before re-ranking.
class Snapshot {
 public:
  explicit Snapshot(std::vector<LiveSegment> segments);
  ~Snapshot();
  Snapshot(Snapshot&&) noexcept;

  std::span<const LiveSegment> segments() const;
  std::uint64_t live_document_count() const;
  std::uint64_t live_chunk_count() const;

  /// Embedding models present in live segments, sorted.
  const std::vector<VectorSpace>& models() const;

  /// The `limit` chunks of that model's segments with the largest inner product to `query` (unit length), best first.
  /// `filter` may be null (everything).
  std::vector<Candidate> search_dense(std::string_view model, std::span<const float> query, std::size_t limit,
                                      const Filter* filter, const DenseOptions& options) const;

  /// BM25 over all segments (block-max pruned, exact), best first; chunks without any of the terms are not returned.
  std::vector<Candidate> search_lexical(std::span<const WeightedTerm> terms, std::size_t limit, const Filter* filter,
                                        const Bm25Options& options) const;

  /// The exact scores of given chunks, for explaining and for filling in the other mode's score.
  void score_dense(std::string_view model, std::span<const float> query, std::span<Candidate> candidates) const;
  void score_lexical(std::span<const WeightedTerm> terms, const Bm25Options& options,
                     std::span<Candidate> candidates) const;

  /// How much each term adds to a chunk's BM25 score, in the order of `terms`; for `explain`.
  std::vector<float> explain_lexical(std::span<const WeightedTerm> terms, const Bm25Options& options,
                                     Candidate candidate) const;

  /// Live chunks that contain the term.
  std::uint64_t document_frequency(std::string_view term) const;

  struct State;
  const State& state() const { return *state_; }  ///< For this folder's own code.

 private:
  std::unique_ptr<State> state_;
};

}  // namespace cairn::index
