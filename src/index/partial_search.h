#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "index/snapshot.h"

namespace cairn::index {

// Searches over some of a snapshot's segments, for nodes that share the work. What they find together over all segments
// is joined into exactly what Snapshot::search_dense and search_lexical give, to the last bit: statistics are always
// those of the whole snapshot, and candidates are cut over all of it.

/// The numbers of some segments of a snapshot, ascending and distinct. Null: all.
using SegmentNumbers = std::vector<std::uint32_t>;

/// A vector that is worth re-ranking in its part, with its 1-bit estimate and (as `candidate.score`) its exact score.
struct DenseFinding {
  Candidate candidate;
  float estimate = 0;
};

std::vector<DenseFinding> search_dense_part(const Snapshot& snapshot, std::string_view model,
                                            std::span<const float> query, std::size_t limit, const Filter* filter,
                                            const DenseOptions& options, const SegmentNumbers* among);

/// `findings` are those of all parts, in any order; the other arguments as they were for each part.
std::vector<Candidate> join_dense_parts(const Snapshot& snapshot, std::string_view model, std::span<const float> query,
                                        std::size_t limit, const DenseOptions& options,
                                        std::span<const DenseFinding> findings);

std::vector<Candidate> search_lexical_part(const Snapshot& snapshot, std::span<const WeightedTerm> terms,
                                           std::size_t limit, const Filter* filter, const Bm25Options& options,
                                           const SegmentNumbers* among);

/// `candidates` are those of all parts, in any order.
std::vector<Candidate> join_lexical_parts(const Snapshot& snapshot, std::size_t limit,
                                          std::vector<Candidate> candidates);

}  // namespace cairn::index
