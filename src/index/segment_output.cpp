#include "index/segment_output.h"

#include <algorithm>
#include <numeric>

namespace cairn::index {

void SegmentTables::begin_document(const DocumentKey& key, std::uint64_t text_start) {
  keys_.push_back(key);
  documents_.push_back({.stored_offset = stored_bytes_, .text_start = text_start, .first_chunk = chunk_count()});
}

void SegmentTables::add_chunk(Span span, std::uint32_t page, std::string_view heading_path, std::uint32_t length) {
  auto known = heading_ids_.find(heading_path);
  if (known == heading_ids_.end()) {
    known = heading_ids_.emplace(heading_path, static_cast<std::uint32_t>(headings_.size())).first;
    headings_.emplace_back(heading_path);
  }
  chunks_.push_back({span.start, span.end, page, known->second});
  lengths_.push_back(length);
}

void SegmentTables::end_document(std::uint64_t stored_bytes) { stored_bytes_ += stored_bytes; }

void SegmentTables::write(SectionStream& out, std::uint64_t code_points) const {
  out.section(SectionKind::document_keys, std::as_bytes(std::span(keys_)));
  write_key_order(out);
  out.begin(SectionKind::documents);
  out.write(std::as_bytes(std::span(documents_)));
  const DocumentRecord end{.stored_offset = stored_bytes_, .text_start = code_points, .first_chunk = chunk_count()};
  out.write(bytes_of(end));
  out.end();
  out.section(SectionKind::chunks, std::as_bytes(std::span(chunks_)));
  write_headings(out);
}

void SegmentTables::write_key_order(SectionStream& out) const {
  std::vector<std::uint32_t> order(keys_.size());
  std::iota(order.begin(), order.end(), 0u);
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) { return keys_[a] < keys_[b]; });
  out.section(SectionKind::key_order, std::as_bytes(std::span(order)));
}

void SegmentTables::write_headings(SectionStream& out) const {
  std::vector<std::uint32_t> ends;
  std::uint64_t size = 0;
  for (const std::string& heading : headings_) ends.push_back(static_cast<std::uint32_t>(size += heading.size()));
  out.begin(SectionKind::headings);
  out.write(bytes_of(std::uint64_t{ends.size()}));
  out.write(std::as_bytes(std::span(ends)));
  for (const std::string& heading : headings_) out.write(heading);
  out.end();
}

void write_meta(SectionStream& out, const MetaInput& input) {
  const VectorSpace& space = *input.space;
  const std::vector<std::uint32_t>& lengths = input.tables->lengths();
  MetaRecord meta;
  meta.documents = input.tables->document_count();
  meta.chunks = input.tables->chunk_count();
  meta.dimensions = space.dimensions;
  meta.code_bits = space.model.empty() ? 0 : (space.dimensions + 63) / 64 * 64;
  meta.rotation = 1;
  meta.centre_size = static_cast<std::uint32_t>(space.centre.size());
  meta.model_size = static_cast<std::uint32_t>(space.model.size());
  meta.length_bytes = input.length_bytes;
  meta.total_length = std::accumulate(lengths.begin(), lengths.end(), std::uint64_t{0});
  meta.code_points = input.code_points;
  meta.terms = input.terms;
  out.begin(SectionKind::meta);
  out.write(bytes_of(meta));
  out.write(std::as_bytes(std::span(space.centre)));
  out.write(space.model);
  out.end();
}

}  // namespace cairn::index
