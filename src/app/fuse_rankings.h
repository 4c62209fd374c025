#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "domain/search.h"
#include "index/snapshot.h"

namespace cairn {

/// One way of ranking chunks: by one embedding model, or by words.
struct Ranking {
  std::vector<index::Candidate> candidates;  ///< Best first.
  double weight = 1;
};

/// Where a chunk stands in one ranking.
struct Standing {
  std::uint32_t rank = 0;  ///< 1-based; 0: not in this ranking.
  float score = 0;         ///< As the ranking gave it.
  double normalised = 0;   ///< What fusion makes of it, before the weight.
};

struct FusedCandidate {
  std::uint32_t segment = 0;
  std::uint32_t chunk = 0;
  double score = 0;
  double coverage = 0;              ///< As question_coverage() gives it, where it was asked for.
  std::vector<Standing> standings;  ///< One for each ranking, in their order.
};

/// Merges rankings into one, unsorted, each chunk once.
/// minmax: a score counts as its place between the ranking's score at rank `depth` (or its last) and its best one: 1
/// for the best, 0 for what is not in the ranking, a little less than 0 beyond `depth`. rrf: 1 / (60 + rank) (Cormack,
/// Clarke, Büttcher 2009), scaled so that the first of all rankings has 1.
std::vector<FusedCandidate> fuse(std::span<const Ranking> rankings, Fusion fusion, std::size_t depth);

}  // namespace cairn
