#include <algorithm>
#include <cmath>

#include "index/code_blocks.h"
#include "index/segment_state.h"
#include "index/verify_sections.h"

namespace cairn::index {
namespace {

using State = Segment::State;

constexpr std::array<std::string_view, section_count + 1> section_names = {"",
                                                                           "description",
                                                                           "document keys",
                                                                           "key order",
                                                                           "documents",
                                                                           "stored fields",
                                                                           "chunks",
                                                                           "headings",
                                                                           "lengths",
                                                                           "text table",
                                                                           "text",
                                                                           "codes",
                                                                           "code factors",
                                                                           "fine codes",
                                                                           "fine factors",
                                                                           "term index",
                                                                           "terms",
                                                                           "postings",
                                                                           "columns"};

Result<void> verify_checksums(const State& state) {
  std::uint64_t end = sizeof(FileHeader);
  const auto padding_is_zero = [&](std::uint64_t until) {
    const Bytes gap = state.file.subspan(end, until - end);
    return std::all_of(gap.begin(), gap.end(), [](std::byte each) { return each == std::byte{0}; });
  };
  for (const SectionEntry& entry : state.table) {
    if (checksum(state.sections[entry.kind]) != entry.checksum) return damaged(section_names[entry.kind]);
    if (!padding_is_zero(entry.offset)) return damaged("padding");
    end = entry.offset + entry.size;
  }
  const auto trailer = load<FileTrailer>(state.file.data() + state.file.size() - sizeof(FileTrailer));
  return padding_is_zero(trailer.table_offset) ? Result<void>() : damaged("padding");
}

Result<void> verify_documents(const Segment& segment, const State& state) {
  for (std::uint32_t i = 0; i < segment.document_count(); ++i) {
    if (segment.find(segment.key(i)) != i) return damaged("key order");
    const Span chunks = segment.chunks_of(i);
    const auto [begin, end] = state.text_range(i);
    for (std::uint32_t c = chunks.start; c < chunks.end; ++c) {
      const ChunkRecord record = state.chunks[c];
      if (record.start > record.end || record.end > end - begin || record.heading >= state.headings.size())
        return damaged("chunks");
    }
  }
  return {};
}

Result<void> verify_lengths(const State& state) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < state.lengths.size(); ++i) sum += state.lengths[i];
  return sum == state.meta.total_length ? Result<void>() : damaged("lengths");
}

Result<void> verify_terms(const State& state) {
  TermDictionary::Walker walker(state.terms);
  std::uint64_t end = 0;
  while (walker.next()) {
    const TermPostings& found = walker.postings();
    PostingCursor cursor = state.cursor(found);
    std::uint32_t count = 0;
    for (; cursor.chunk() != no_chunk; cursor.next(), ++count)
      if (cursor.frequency() > cursor.list_impact().frequency) return damaged("postings");
    if (cursor.damaged() || count != found.count) return damaged("postings");
    const auto again = state.terms.find(walker.term());
    if (!again || again->offset != found.offset) return damaged("terms");
    end = found.offset + found.size;
  }
  if (walker.damaged()) return damaged("terms");
  return end + postings_padding == state.section(SectionKind::postings).size() ? Result<void>() : damaged("postings");
}

Result<void> verify_vectors(const State& state) {
  if (state.meta.code_bits == 0) return {};
  std::vector<std::uint64_t> signs(state.words());
  const std::byte* fine = state.section(SectionKind::fine_codes).data();
  const ArrayView<FineFactors> fine_factors(state.section(SectionKind::fine_factors));
  for (std::size_t v = 0; v < state.meta.chunks; ++v, fine += state.meta.code_bits) {
    read_signs(state.section(SectionKind::codes).data(), state.words(), v, signs);
    for (std::size_t i = 0; i < state.meta.code_bits; ++i)
      if (((signs[i / 64] >> (i % 64)) & 1) != std::to_integer<unsigned>(fine[i]) >> 7) return damaged("codes");
    if (!std::isfinite(fine_factors[v].scale) || !std::isfinite(fine_factors[v].along_centre))
      return damaged("fine factors");
  }
  const ArrayView<std::uint16_t> factors(state.section(SectionKind::code_factors));
  for (std::size_t i = 0; i < factors.size(); ++i)
    if (!std::isfinite(from_half(factors[i]))) return damaged("code factors");
  return {};
}

Result<void> verify_columns(const State& state) {
  for (const Column& column : state.columns) {
    std::uint64_t documents = 0;
    for (std::uint64_t i = 0; i < column.value_count(); ++i) {
      documents += column.documents(i, state.meta.documents).size();
      if (column.position(column.value(i), false) != i) return damaged("columns");
    }
    if (documents < column.value_count()) return damaged("columns");
  }
  return {};
}

}  // namespace

Result<void> verify_sections(const Segment& segment, std::uint64_t most_bytes) {
  const State& state = segment.state();
  for (const SectionEntry& entry : state.table)
    if (entry.size <= most_bytes && checksum(state.sections[entry.kind]) != entry.checksum)
      return damaged(section_names[entry.kind]);
  return {};
}

Result<void> Segment::verify() const {
  CAIRN_CHECK(verify_checksums(*state_));
  CAIRN_CHECK(verify_documents(*this, *state_));
  CAIRN_CHECK(verify_lengths(*state_));
  CAIRN_CHECK(state_->text.verify());
  CAIRN_CHECK(verify_terms(*state_));
  CAIRN_CHECK(verify_vectors(*state_));
  return verify_columns(*state_);
}

}  // namespace cairn::index
