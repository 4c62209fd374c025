#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "index/document_set.h"
#include "index/segment_state.h"
#include "index/snapshot.h"
#include "index/vector_codec.h"

namespace cairn::index {

struct Snapshot::State {
  std::vector<LiveSegment> segments;
  std::vector<DocumentSet> live_chunks;                    ///< By segment: not tombstoned.
  std::vector<bool> whole;                                 ///< By segment: no chunk is tombstoned.
  std::vector<std::shared_ptr<const VectorCodec>> codecs;  ///< By segment; shared within a space, null without a model.
  std::vector<VectorSpace> models;                         ///< Of segments with live chunks, sorted, each once.
  std::uint64_t documents = 0, chunks = 0, total_length = 0;

  mutable std::atomic<std::uint32_t> searches = 0;  ///< Dense ones so far.
  mutable std::mutex mutex;
  mutable std::unordered_map<std::string, std::uint64_t> frequencies;  ///< Guarded by mutex.

  const Segment::State& segment(std::size_t i) const { return segments[i].segment->state(); }
  std::uint64_t document_frequency(const std::string& term) const;

  /// The live chunks of segment `i` whose documents satisfy the filter.
  DocumentSet matching(std::size_t i, const Filter& filter) const;
};

/// Puts the best `limit` candidates in order: by score, ties by document key and ordinal. Drops the rest.
void rank(std::vector<Candidate>& candidates, std::size_t limit, std::span<const LiveSegment> segments);

}  // namespace cairn::index
