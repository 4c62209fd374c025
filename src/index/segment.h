#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "index/types.h"

namespace cairn::index {

/// What a segment keeps of one chunk.
struct StoredChunk {
  std::uint32_t document = 0;  ///< Ordinal of its document in the segment.
  std::uint32_t ordinal = 0;   ///< Ordinal of the chunk in its document.
  Span span;
  std::uint32_t page = 0;
  std::string_view heading_path;
};

/// A read-only view of a segment file (docs/reference/segment-format.md). Immutable; any number of threads.
class Segment {
 public:
  /// Checks the header, the section table and the bounds of every section (not the checksums of large sections: see
  /// verify()). `bytes` must outlive the segment. Errors: `corrupt`, `unsupported` (newer format version).
  static Result<Segment> open(Bytes bytes);

  Segment(Segment&&) noexcept;
  Segment& operator=(Segment&&) noexcept;
  ~Segment();

  const VectorSpace& space() const;
  std::uint32_t document_count() const;
  std::uint32_t chunk_count() const;

  DocumentKey key(std::uint32_t document) const;
  std::optional<std::uint32_t> find(const DocumentKey& key) const;
  std::string_view stored(std::uint32_t document) const;
  Span chunks_of(std::uint32_t document) const;  ///< First chunk and one past the last.
  StoredChunk chunk(std::uint32_t chunk) const;

  /// Canonical text of a document, or of one span of it. Errors: `corrupt`.
  Result<std::string> text(std::uint32_t document) const;
  Result<std::string> text(std::uint32_t document, Span span) const;

  /// Recomputes every checksum and walks every structure; slow, for fsck and tests.
  Result<void> verify() const;

  struct State;
  const State& state() const { return *state_; }  ///< For this folder's own search and merge code.

 private:
  explicit Segment(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace cairn::index
