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

/// Chunks that wait to be embedded. Short documents and long ones stand in two lines that are served in turn, so that
/// neither holds up the other; within a line documents take turns, a unit each. What room the one line leaves in a unit
/// is the other's. Any thread.
class EmbeddingQueue {
 public:
  struct Options {
    std::uint64_t unit_tokens = 0;        ///< A unit has about so many.
    std::uint64_t long_tokens = 0;        ///< A document with more is long.
    std::uint64_t most_short_tokens = 0;  ///< There is room for short documents below so many tokens of them,
    std::size_t most_long_documents = 0;  ///< and for long ones below so many of those.
  };

  explicit EmbeddingQueue(const Options& options) : options_(options) {}

  /// The document has at least one chunk.
  void push(PreparedDocumentPtr document);

  /// Keeps those who prepare documents from running far ahead of those who embed them.
  void wait_for_room(Lane lane);
  bool has_room(Lane lane) const;

  /// Waits for work. Empty once the queue is closed and drained.
  std::optional<EmbeddingUnit> pop();

  /// Lets those who wait leave: for work once the queue is drained, for room at once.
  void close();

 private:
  struct Waiting {
    PreparedDocumentPtr document;
    std::size_t next = 0;  ///< First chunk that nobody has taken.
  };
  using Line = std::deque<Waiting>;

  bool room(Lane lane) const;
  EmbeddingUnit take_unit();
  void fill(EmbeddingUnit& unit, Line& line);
  ChunkSlice take_slice(Waiting& entry, EmbeddingUnit& unit);
  bool is_long(const PreparedDocument& document) const { return document.tokens > options_.long_tokens; }

  const Options options_;
  mutable std::mutex mutex_;
  std::condition_variable filled_, drained_;
  // Guarded by mutex_:
  Line short_, long_;
  std::uint64_t short_tokens_ = 0;  ///< That wait in `short_`.
  bool long_is_next_ = false;
  bool closed_ = false;
};

}  // namespace cairn
