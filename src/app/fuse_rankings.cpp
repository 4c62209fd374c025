#include "app/fuse_rankings.h"

#include <algorithm>
#include <unordered_map>

namespace cairn {
namespace {

constexpr double rrf_k = 60;
constexpr double beyond_depth = 1e-4;

/// Maps a score of one ranking to 0 (at `depth`) … 1 (the best).
class MinMax {
 public:
  MinMax(const std::vector<index::Candidate>& candidates, std::size_t depth) {
    if (candidates.empty()) return;
    best_ = candidates.front().score;
    const float lowest = candidates[std::min(depth, candidates.size()) - 1].score;
    range_ = best_ - lowest;
  }

  /// A ranking that cannot tell its chunks apart gives all of them full marks. Beyond `depth` the order is kept, but
  /// counts next to nothing, so that a longer list does not change the order of a shorter one.
  double operator()(float score) const {
    if (!(range_ > 0)) return 1;
    const double place = 1 - (best_ - score) / range_;
    return place >= 0 ? place : beyond_depth * place;
  }

 private:
  double best_ = 0;
  double range_ = 0;
};

}  // namespace

std::vector<FusedCandidate> fuse(std::span<const Ranking> rankings, Fusion fusion, std::size_t depth) {
  std::vector<FusedCandidate> fused;
  std::unordered_map<std::uint64_t, std::size_t> place;
  for (std::size_t r = 0; r < rankings.size(); ++r) {
    const Ranking& ranking = rankings[r];
    const MinMax min_max(ranking.candidates, depth);
    std::uint32_t rank = 0;
    for (const index::Candidate& candidate : ranking.candidates) {
      ++rank;
      const std::uint64_t key = static_cast<std::uint64_t>(candidate.segment) << 32 | candidate.chunk;
      const auto [at, is_new] = place.try_emplace(key, fused.size());
      if (is_new) fused.push_back({candidate.segment, candidate.chunk, 0, 0, std::vector<Standing>(rankings.size())});
      const double normalised = fusion == Fusion::rrf ? (rrf_k + 1) / (rrf_k + rank) : min_max(candidate.score);
      FusedCandidate& target = fused[at->second];
      target.standings[r] = {rank, candidate.score, normalised};
      target.score += ranking.weight * normalised;
    }
  }
  return fused;
}

}  // namespace cairn
