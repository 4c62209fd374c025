#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <vector>

#include "app/prepare_document.h"

namespace cairn {

/// Some chunks of one document.
struct ChunkSlice {
  PreparedDocumentPtr document;
  std::size_t first = 0, last = 0;  ///< last is exclusive.
};

/// What one thread embeds in one call: chunks of any documents, but of one model.
struct EmbeddingUnit {
  const Embedder* embedder = nullptr;
  std::vector<ChunkSlice> slices;
  std::uint64_t tokens = 0;
};

/// Chunks that wait to be embedded; within a model documents take turns, a unit each, first in, first out. Any thread.
class EmbeddingQueue {
 public:
  /// A unit has about `unit_tokens`; wait_for_room() waits while `high_water_tokens` or more are queued. Of a long
  /// document a share of these is counted, so that it does not keep all others out until it is nearly done.
  EmbeddingQueue(std::uint64_t unit_tokens, std::uint64_t high_water_tokens);

  /// The document has at least one chunk.
  void push(PreparedDocumentPtr document);

  /// Keeps those who prepare documents from running far ahead of those who embed them.
  void wait_for_room();
  bool has_room() const;

  /// Waits for work. Empty once the queue is closed and drained.
  std::optional<EmbeddingUnit> pop();

  /// Lets those who wait leave: for work once the queue is drained, for room at once.
  void close();

 private:
  struct Waiting {
    PreparedDocumentPtr document;
    std::size_t next = 0;      ///< First chunk that nobody has taken.
    std::uint64_t tokens = 0;  ///< From there on.
  };

  EmbeddingUnit take_unit();
  ChunkSlice take_slice(Waiting& entry, EmbeddingUnit& unit);
  std::uint64_t counted(const Waiting& entry) const;

  const std::uint64_t unit_tokens_, high_water_tokens_, most_of_one_document_;
  mutable std::mutex mutex_;
  std::condition_variable filled_, drained_;
  // Guarded by mutex_:
  std::deque<Waiting> waiting_;
  std::uint64_t counted_tokens_ = 0;
  bool closed_ = false;
};

}  // namespace cairn
