#pragma once

#include <map>
#include <string>
#include <vector>

#include "index/code_blocks.h"
#include "index/section_stream.h"
#include "index/types.h"

namespace cairn::index {

/// The small tables of a segment while it is made, by the writer and by merging: all but text, vectors and postings.
class SegmentTables {
 public:
  /// Opens the next document; its chunks follow.
  void begin_document(const DocumentKey& key, std::uint64_t text_start);
  void add_chunk(Span span, std::uint32_t page, std::string_view heading_path, std::uint32_t length);
  /// Closes it, with its size in section `stored`.
  void end_document(std::uint64_t stored_bytes);

  std::uint32_t document_count() const { return static_cast<std::uint32_t>(keys_.size()); }
  std::uint32_t chunk_count() const { return static_cast<std::uint32_t>(chunks_.size()); }
  const std::vector<std::uint32_t>& lengths() const { return lengths_; }

  /// Writes document_keys, key_order, documents, chunks and headings. `code_points`: of all texts.
  void write(SectionStream& out, std::uint64_t code_points) const;

 private:
  void write_key_order(SectionStream& out) const;
  void write_headings(SectionStream& out) const;

  std::vector<DocumentKey> keys_;
  std::vector<DocumentRecord> documents_;
  std::vector<ChunkRecord> chunks_;
  std::vector<std::uint32_t> lengths_;
  std::map<std::string, std::uint32_t, std::less<>> heading_ids_;
  std::vector<std::string> headings_;
  std::uint64_t stored_bytes_ = 0;
};

/// Writes section `meta`. Counts come from `tables`, the rest from the arguments.
struct MetaInput {
  const SegmentTables* tables = nullptr;
  const VectorSpace* space = nullptr;
  std::uint32_t length_bytes = 4;
  std::uint64_t code_points = 0;
  std::uint64_t terms = 0;
};
void write_meta(SectionStream& out, const MetaInput& input);

}  // namespace cairn::index
