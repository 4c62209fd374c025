#pragma once

#include <memory>

#include "base/bytes.h"
#include "index/types.h"

namespace cairn::index {

/// Builds one segment in memory and writes it front to back. Not thread-safe. Memory grows with the codes, postings and
/// compressed text, not with the f32 vectors or the plain text.
class SegmentWriter {
 public:
  explicit SegmentWriter(VectorSpace space);
  ~SegmentWriter();
  SegmentWriter(SegmentWriter&&) noexcept;

  /// Errors: `invalid` when a vector has the wrong size or is not finite, or a span lies outside the text.
  Result<void> add(const DocumentInput& document);

  std::uint32_t document_count() const;
  std::uint32_t chunk_count() const;

  /// Writes the segment; the same documents in the same order give the same bytes. The writer is spent afterwards.
  Result<void> finish(const ByteSink& out);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace cairn::index
