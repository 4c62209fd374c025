#include "index/segment.h"

#include <algorithm>

#include "index/code_blocks.h"
#include "index/segment_state.h"

namespace cairn::index {
namespace {

using State = Segment::State;

Result<void> read_frame(State& state) {
  const Bytes file = state.file;
  if (file.size() < sizeof(FileHeader) + sizeof(FileTrailer)) return damaged("length");
  const auto header = load<FileHeader>(file.data());
  const auto trailer = load<FileTrailer>(file.data() + file.size() - sizeof(FileTrailer));
  if (header.magic != header_magic || trailer.magic != trailer_magic) return damaged("magic number");
  if (header.version != trailer.version || header.version == 0 || trailer.reserved_too != 0) return damaged("version");
  if (header.version > format_version)
    return fail(ErrorKind::unsupported, "The segment has format version " + std::to_string(header.version) +
                                            "; this program reads up to " + std::to_string(format_version) +
                                            ": use a newer version of Cairn.");
  const std::uint64_t table_size = std::uint64_t{trailer.sections} * sizeof(SectionEntry);
  const auto table = slice(file, trailer.table_offset, table_size);
  if (!table || trailer.file_size != file.size() || trailer.sections != section_count ||
      trailer.table_offset + table_size + sizeof(FileTrailer) != file.size())
    return damaged("section table");
  if (trailer.checksum != trailer_checksum(header, *table, trailer)) return damaged("section table");
  std::uint64_t end = sizeof(FileHeader);
  for (std::size_t i = 0; i < section_count; ++i) {
    const auto entry = load<SectionEntry>(table->data() + i * sizeof(SectionEntry));
    const auto bytes = slice(file.first(trailer.table_offset), entry.offset, entry.size);
    if (!bytes || entry.kind == 0 || entry.kind > section_count || state.sections[entry.kind].data() != nullptr ||
        entry.offset < end || entry.offset - end >= section_alignment || entry.offset % section_alignment != 0)
      return damaged("section table");
    state.sections[entry.kind] = *bytes;
    state.table.push_back(entry);
    end = entry.offset + entry.size;
  }
  return {};
}

Result<void> read_meta(State& state) {
  const Bytes meta = state.section(SectionKind::meta);
  const auto entry = std::find_if(state.table.begin(), state.table.end(), [](const SectionEntry& each) {
    return each.kind == static_cast<std::uint32_t>(SectionKind::meta);
  });
  if (meta.size() < sizeof(MetaRecord) || checksum(meta) != entry->checksum) return damaged("description");
  state.meta = load<MetaRecord>(meta.data());
  const MetaRecord& m = state.meta;
  const std::uint64_t centre_bytes = std::uint64_t{m.centre_size} * sizeof(float);
  const bool has_model = m.model_size != 0;
  constexpr std::uint32_t most_dimensions = 1 << 16;
  if (meta.size() != sizeof(MetaRecord) + centre_bytes + m.model_size || m.dimensions > most_dimensions ||
      m.code_bits != (has_model ? (m.dimensions + 63) / 64 * 64 : 0) || (has_model && m.dimensions == 0) ||
      (m.centre_size != 0 && m.centre_size != m.dimensions) ||
      (m.length_bytes != 1 && m.length_bytes != 2 && m.length_bytes != 4))
    return damaged("description");
  if (has_model && m.rotation != 1)
    return fail(ErrorKind::unsupported, "The segment's vectors are coded in a way that this program does not know.");
  const std::byte* centre = meta.data() + sizeof(MetaRecord);
  state.space.model = as_text(meta.last(m.model_size));
  state.space.dimensions = m.dimensions;
  for (std::uint32_t i = 0; i < m.centre_size; ++i)
    state.space.centre.push_back(load<float>(centre + i * sizeof(float)));
  return {};
}

bool documents_fit(const State& state) {
  const std::uint64_t count = state.meta.documents;
  if (state.keys.size() != count * sizeof(DocumentKey)) return false;
  if (state.section(SectionKind::key_order).size() != count * sizeof(std::uint32_t)) return false;
  if (state.section(SectionKind::documents).size() != (count + 1) * sizeof(DocumentRecord)) return false;
  for (std::size_t i = 0; i < count; ++i)
    if (state.key_order[i] >= count) return false;
  DocumentRecord previous = state.documents[0];
  if (previous.stored_offset != 0 || previous.text_start != 0 || previous.first_chunk != 0) return false;
  for (std::size_t i = 1; i <= count; ++i) {
    const DocumentRecord record = state.documents[i];
    if (record.stored_offset < previous.stored_offset || record.text_start < previous.text_start ||
        record.first_chunk < previous.first_chunk || record.text_start - previous.text_start > 0xFFFFFFFF)
      return false;
    previous = record;
  }
  return previous.stored_offset == state.section(SectionKind::stored).size() &&
         previous.text_start == state.meta.code_points && previous.first_chunk == state.meta.chunks;
}

bool chunks_fit(const State& state) {
  const std::uint64_t count = state.meta.chunks;
  return state.section(SectionKind::chunks).size() == count * sizeof(ChunkRecord) &&
         state.section(SectionKind::lengths).size() == count * state.meta.length_bytes;
}

bool vectors_fit(const State& state) {
  const std::uint64_t count = state.meta.code_bits == 0 ? 0 : state.meta.chunks;
  const std::uint64_t lanes = (count + vectors_per_block - 1) / vectors_per_block * vectors_per_block;
  return state.section(SectionKind::codes).size() == code_section_bytes(count, state.words()) &&
         state.section(SectionKind::code_factors).size() == lanes * 2 * sizeof(std::uint16_t) &&
         state.section(SectionKind::fine_codes).size() == count * state.meta.code_bits &&
         state.section(SectionKind::fine_factors).size() == count * sizeof(FineFactors);
}

bool terms_fit(const State& state) {
  const std::uint64_t blocks = state.meta.terms / terms_per_block + (state.meta.terms % terms_per_block != 0 ? 1 : 0);
  const std::uint64_t index = state.section(SectionKind::term_index).size();
  return index % sizeof(TermBlockRecord) == 0 && index / sizeof(TermBlockRecord) == blocks &&
         state.section(SectionKind::postings).size() >= postings_padding;
}

void make_views(State& state) {
  state.keys = state.section(SectionKind::document_keys);
  state.key_order = ArrayView<std::uint32_t>(state.section(SectionKind::key_order));
  state.documents = ArrayView<DocumentRecord>(state.section(SectionKind::documents));
  state.chunks = ArrayView<ChunkRecord>(state.section(SectionKind::chunks));
  state.lengths = LengthsView(state.section(SectionKind::lengths), state.meta.length_bytes);
  state.terms =
      TermDictionary(state.section(SectionKind::term_index), state.section(SectionKind::terms), state.meta.terms);
}

Result<void> read_tables(State& state) {
  auto text = TextBlocks::open(state.section(SectionKind::text_blocks), state.section(SectionKind::text),
                               state.meta.code_points);
  if (!text) return damaged("text table");
  state.text = std::move(*text);
  const auto headings = HeadingTable::open(state.section(SectionKind::headings));
  if (!headings) return damaged("headings");
  state.headings = *headings;
  auto columns = open_columns(state.section(SectionKind::columns));
  if (!columns) return damaged("columns");
  state.columns = std::move(*columns);
  return {};
}

}  // namespace

std::unexpected<Error> damaged(std::string_view part) {
  return fail(ErrorKind::corrupt, "A segment is damaged in its " + std::string(part) +
                                      ": restore it from a backup, or ingest its documents again.");
}

std::optional<HeadingTable> HeadingTable::open(Bytes section) {
  if (section.size() < sizeof(std::uint64_t)) return std::nullopt;
  const auto count = load<std::uint64_t>(section.data());
  const Bytes rest = section.subspan(sizeof(std::uint64_t));
  if (count > rest.size() / sizeof(std::uint32_t)) return std::nullopt;
  HeadingTable table;
  table.ends_ = ArrayView<std::uint32_t>(rest.first(count * sizeof(std::uint32_t)));
  table.bytes_ = rest.subspan(count * sizeof(std::uint32_t));
  return table;
}

std::string_view HeadingTable::operator[](std::uint32_t i) const {
  if (i >= ends_.size()) return {};
  const std::uint32_t begin = i == 0 ? 0 : ends_[i - 1], end = ends_[i];
  return begin <= end ? as_text(slice(bytes_, begin, end - begin).value_or(Bytes{})) : std::string_view{};
}

PostingCursor Segment::State::cursor(const TermPostings& found) const {
  const Bytes all = section(SectionKind::postings);
  const auto list = slice(all.first(all.size() - postings_padding), found.offset, found.size);
  return list ? PostingCursor(*list, found.count, lengths) : PostingCursor({}, 1, lengths);
}

std::optional<PostingCursor> Segment::State::postings(std::string_view term) const {
  const auto found = terms.find(term);
  return found ? std::optional(cursor(*found)) : std::nullopt;
}

Segment::Segment(std::unique_ptr<State> state) : state_(std::move(state)) {}
Segment::Segment(Segment&&) noexcept = default;
Segment& Segment::operator=(Segment&&) noexcept = default;
Segment::~Segment() = default;

Result<Segment> Segment::open(Bytes bytes) {
  auto state = std::make_unique<State>();
  state->file = bytes;
  CAIRN_CHECK(read_frame(*state));
  CAIRN_CHECK(read_meta(*state));
  make_views(*state);
  if (!documents_fit(*state)) return damaged("documents");
  if (!chunks_fit(*state)) return damaged("chunks");
  if (!vectors_fit(*state)) return damaged("vectors");
  if (!terms_fit(*state)) return damaged("terms");
  CAIRN_CHECK(read_tables(*state));
  return Segment(std::move(state));
}

const VectorSpace& Segment::space() const { return state_->space; }
std::uint32_t Segment::document_count() const { return state_->meta.documents; }
std::uint32_t Segment::chunk_count() const { return state_->meta.chunks; }

DocumentKey Segment::key(std::uint32_t document) const {
  return load<DocumentKey>(state_->keys.data() + document * sizeof(DocumentKey));
}

std::optional<std::uint32_t> Segment::find(const DocumentKey& wanted) const {
  std::size_t low = 0, high = document_count();
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    if (key(state_->key_order[middle]) < wanted) low = middle + 1;
    else high = middle;
  }
  if (low == document_count() || key(state_->key_order[low]) != wanted) return std::nullopt;
  return state_->key_order[low];
}

std::string_view Segment::stored(std::uint32_t document) const {
  const std::uint64_t begin = state_->documents[document].stored_offset;
  const std::uint64_t end = state_->documents[document + 1].stored_offset;
  return as_text(state_->section(SectionKind::stored).subspan(begin, end - begin));
}

Span Segment::chunks_of(std::uint32_t document) const {
  return {state_->documents[document].first_chunk, state_->documents[document + 1].first_chunk};
}

StoredChunk Segment::chunk(std::uint32_t chunk) const {
  // Documents without chunks share their successor's first chunk: the last of them is the owner.
  std::uint32_t low = 0, high = document_count();
  while (high - low > 1) {
    const std::uint32_t middle = low + (high - low) / 2;
    (state_->documents[middle].first_chunk <= chunk ? low : high) = middle;
  }
  const auto [text_begin, text_end] = state_->text_range(low);
  const ChunkRecord record = state_->chunks[chunk];
  StoredChunk out;
  out.document = low;
  out.ordinal = chunk - state_->documents[low].first_chunk;
  out.span.end = static_cast<std::uint32_t>(std::min<std::uint64_t>(record.end, text_end - text_begin));
  out.span.start = std::min(record.start, out.span.end);
  out.page = record.page;
  out.heading_path = state_->headings[record.heading];
  return out;
}

Result<std::string> Segment::text(std::uint32_t document) const {
  const auto [begin, end] = state_->text_range(document);
  return state_->text.read(begin, end);
}

Result<std::string> Segment::text(std::uint32_t document, Span span) const {
  const auto [begin, end] = state_->text_range(document);
  const std::uint64_t first = std::min(begin + span.start, end);
  const std::uint64_t last = std::clamp(begin + span.end, first, end);
  return state_->text.read(first, last);
}

}  // namespace cairn::index
