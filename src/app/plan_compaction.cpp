#include <algorithm>
#include <map>
#include <unordered_map>

#include "app/compact.h"

namespace cairn {
namespace {

struct Candidate {
  const SegmentRecord* record = nullptr;
  std::size_t position = 0;  ///< In the manifest.
  std::uint64_t dead_documents = 0;
  std::uint64_t live_chunks = 0;
};

using Candidates = std::vector<Candidate>;

std::map<std::string, Candidates> by_model(const Manifest& manifest) {
  struct Dead {
    std::uint64_t documents = 0, chunks = 0;
  };
  std::unordered_map<BlobId, Dead> dead;
  for (const Tombstone& tombstone : manifest.tombstones) {
    ++dead[tombstone.segment].documents;
    dead[tombstone.segment].chunks += tombstone.chunks;
  }
  std::map<std::string, Candidates> models;
  for (std::size_t i = 0; i < manifest.segments.size(); ++i) {
    const SegmentRecord& record = manifest.segments[i];
    const Dead& gone = dead[record.blob];
    models[record.model].push_back(
        {.record = &record,
         .position = i,
         .dead_documents = gone.documents,
         .live_chunks = record.chunks - std::min<std::uint64_t>(gone.chunks, record.chunks)});
  }
  return models;
}

std::vector<BlobId> in_manifest_order(Candidates chosen) {
  std::ranges::sort(chosen, {}, &Candidate::position);
  std::vector<BlobId> ids;
  for (const Candidate& candidate : chosen) ids.push_back(candidate.record->blob);
  return ids;
}

Candidates mostly_dead(const Candidates& candidates, const CompactionPolicy& policy) {
  for (const Candidate& candidate : candidates)
    if (candidate.dead_documents > 0 && static_cast<double>(candidate.dead_documents) >=
                                            policy.dead_share * static_cast<double>(candidate.record->documents))
      return {candidate};
  return {};
}

std::size_t tier_of(std::uint64_t chunks, const CompactionPolicy& policy) {
  std::size_t tier = 0;
  for (std::uint64_t bound = policy.first_tier_chunks; chunks >= bound; bound *= policy.fan_in) ++tier;
  return tier;
}

/// The smallest full tier.
Candidates full_tier(const Candidates& candidates, const CompactionPolicy& policy) {
  std::map<std::size_t, Candidates> tiers;
  for (const Candidate& candidate : candidates)
    if (candidate.live_chunks * 2 <= policy.max_chunks)
      tiers[tier_of(candidate.live_chunks, policy)].push_back(candidate);
  for (const auto& [tier, members] : tiers) {
    Candidates chosen;
    std::uint64_t chunks = 0;
    for (const Candidate& member : members) {
      if (chunks + member.live_chunks > policy.max_chunks) break;
      chunks += member.live_chunks;
      chosen.push_back(member);
    }
    if (chosen.size() >= policy.fan_in) return chosen;
  }
  return {};
}

/// The longest run of smallest segments whose last is not yet twice as large as all before it together (the logarithmic
/// method of Bentley and Saxe, 1980).
Candidates unbalanced(Candidates candidates, const CompactionPolicy& policy) {
  std::ranges::sort(candidates, [](const Candidate& a, const Candidate& b) {
    return std::pair(a.live_chunks, a.position) < std::pair(b.live_chunks, b.position);
  });
  std::uint64_t before = 0;
  std::size_t take = 0;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const std::uint64_t size = candidates[i].live_chunks;
    if (before + size > policy.max_chunks) break;
    if (i > 0 && size <= 2 * before) take = i + 1;
    before += size;
  }
  candidates.resize(take);
  return candidates;
}

}  // namespace

std::vector<BlobId> plan_compaction(const Manifest& manifest, const CompactionPolicy& policy) {
  for (const auto& [model, candidates] : by_model(manifest)) {
    Candidates chosen = mostly_dead(candidates, policy);
    if (chosen.empty()) chosen = full_tier(candidates, policy);
    if (chosen.empty() && policy.thorough) chosen = unbalanced(candidates, policy);
    if (!chosen.empty()) return in_manifest_order(std::move(chosen));
  }
  return {};
}

}  // namespace cairn
