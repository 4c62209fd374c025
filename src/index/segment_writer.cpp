#include "index/segment_writer.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <unordered_map>

#include "base/utf8.h"
#include "index/columns.h"
#include "index/model_centres.h"
#include "index/postings.h"
#include "index/segment_output.h"
#include "index/terms.h"
#include "index/text_blocks.h"
#include "index/vector_codec.h"

namespace cairn::index {
namespace {

/// One term's postings while they arrive, two or three bytes each.
struct PendingPostings {
  std::string bytes;
  std::uint32_t count = 0;
  std::uint32_t next = 0;     ///< One past the last chunk.
  std::uint64_t seen_by = 0;  ///< The last chunk that named the term, counted from 1.
};

std::vector<Posting> unpack(const PendingPostings& pending) {
  std::vector<Posting> postings;
  postings.reserve(pending.count);
  Reader reader(cairn::as_bytes(pending.bytes));
  for (std::uint32_t next = 0; postings.size() < pending.count; next = postings.back().chunk + 1) {
    const auto chunk = static_cast<std::uint32_t>(next + reader.varint());
    postings.push_back({chunk, static_cast<std::uint32_t>(reader.varint())});
  }
  return postings;
}

struct HashText {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return checksum(cairn::as_bytes(text)); }
};

VectorSpace with_centre(VectorSpace space) {
  if (space.centre.empty()) space.centre = known_centre(space.model, space.dimensions);
  return space;
}

}  // namespace

struct SegmentWriter::State {
  explicit State(VectorSpace given) : space(with_centre(std::move(given))), codec(space) {}

  Result<void> check_space() const;
  Result<void> check(const DocumentInput& document);
  Result<void> check_chunk(const ChunkInput& chunk, std::uint64_t text_length);
  Result<void> find_terms(const DocumentInput& document);
  void add_vector(std::span<const float> vector);
  void add_terms(const DocumentInput& document);

  void write_vectors(SectionStream& out);
  void write_terms(SectionStream& out, const LengthsView& length_view, TermDictionaryWriter& dictionary);

  VectorSpace space;
  VectorCodec codec;
  SegmentTables tables;
  TextBlockWriter text;
  std::string packed_text, stored;
  std::vector<std::uint64_t> signs;
  FactorBlocks factors;
  std::vector<std::uint8_t> fine;
  std::vector<FineFactors> fine_factors;
  ColumnWriter columns;
  std::unordered_map<std::string, PendingPostings, HashText, std::equal_to<>> postings;
  std::vector<PendingPostings*> term_slots;  ///< Of the document that is being added, chunk after chunk.
  std::uint64_t chunks_seen = 0;
  std::set<DocumentKey> keys;
};

SegmentWriter::SegmentWriter(VectorSpace space) : state_(std::make_unique<State>(std::move(space))) {}
SegmentWriter::~SegmentWriter() = default;
SegmentWriter::SegmentWriter(SegmentWriter&&) noexcept = default;

std::uint32_t SegmentWriter::document_count() const { return state_->tables.document_count(); }
std::uint32_t SegmentWriter::chunk_count() const { return state_->tables.chunk_count(); }

Result<void> SegmentWriter::State::check_chunk(const ChunkInput& chunk, std::uint64_t text_length) {
  if (chunk.span.start > chunk.span.end || chunk.span.end > text_length)
    return fail(ErrorKind::invalid, "A chunk's span lies outside its document's text.");
  if (space.model.empty()) {
    if (!chunk.vector.empty()) return fail(ErrorKind::invalid, "A chunk has a vector, but the segment has no model.");
    return {};
  }
  if (chunk.vector.size() != space.dimensions)
    return fail(ErrorKind::invalid, "A vector has " + std::to_string(chunk.vector.size()) + " dimensions; the model '" +
                                        space.model + "' has " + std::to_string(space.dimensions) + ".");
  if (!std::all_of(chunk.vector.begin(), chunk.vector.end(), [](float value) { return std::isfinite(value); }))
    return fail(ErrorKind::invalid, "A vector holds a number that is not finite.");
  return {};
}

Result<void> SegmentWriter::State::check_space() const {
  constexpr std::uint32_t most_dimensions = 1 << 16;
  if (space.model.empty() ? space.dimensions == 0 : space.dimensions > 0 && space.dimensions <= most_dimensions)
    if (space.centre.empty() || space.centre.size() == space.dimensions) return {};
  return fail(ErrorKind::invalid,
              "The model '" + space.model + "' of a segment has an impossible number of dimensions.");
}

Result<void> SegmentWriter::State::check(const DocumentInput& document) {
  CAIRN_CHECK(check_space());
  if (keys.contains(document.key)) return fail(ErrorKind::invalid, "A document was added twice to one segment.");
  if (!utf8::is_valid(document.text)) return fail(ErrorKind::invalid, "A document's text is not well-formed UTF-8.");
  const std::uint64_t length = utf8::length(document.text);
  if (length > 0xFFFFFFFF || document.chunks.size() > no_chunk - 1 - std::uint64_t{tables.chunk_count()})
    return fail(ErrorKind::invalid, "A document is too large for a segment.");
  for (const ChunkInput& chunk : document.chunks) CAIRN_CHECK(check_chunk(chunk, length));
  for (const Property& property : document.properties)
    if (const auto* number = std::get_if<double>(&property.value); number != nullptr && std::isnan(*number))
      return fail(ErrorKind::invalid, "The property '" + property.name + "' is not a number.");
  return find_terms(document);
}

/// Looks up the list of each term once, and notices a term that comes twice in a chunk before anything is appended.
Result<void> SegmentWriter::State::find_terms(const DocumentInput& document) {
  term_slots.clear();
  for (const ChunkInput& chunk : document.chunks) {
    ++chunks_seen;
    for (const TermFrequency& term : chunk.terms) {
      auto known = postings.find(std::string_view(term.term));
      if (known == postings.end()) known = postings.try_emplace(term.term).first;
      PendingPostings& pending = known->second;
      if (pending.seen_by == chunks_seen || term.frequency == 0)
        return fail(ErrorKind::invalid, "A chunk names the term '" + term.term.substr(0, 80) +
                                            "' twice or with frequency 0; count each term once.");
      pending.seen_by = chunks_seen;
      term_slots.push_back(&pending);
    }
  }
  return {};
}

void SegmentWriter::State::add_vector(std::span<const float> vector) {
  const VectorCode code = codec.encode(vector);
  signs.insert(signs.end(), code.signs.begin(), code.signs.end());
  factors.add(to_half(code.sign_scale), to_half(code.along_centre));
  fine.insert(fine.end(), code.fine.begin(), code.fine.end());
  fine_factors.push_back({code.fine_scale, code.along_centre});
}

void SegmentWriter::State::add_terms(const DocumentInput& document) {
  std::uint32_t chunk = tables.chunk_count() - static_cast<std::uint32_t>(document.chunks.size());
  auto slot = term_slots.begin();
  for (const ChunkInput& input : document.chunks) {
    for (const TermFrequency& term : input.terms) {
      PendingPostings& pending = **slot++;
      append_varint(pending.bytes, chunk - pending.next);
      append_varint(pending.bytes, term.frequency);
      pending.next = chunk + 1;
      ++pending.count;
    }
    ++chunk;
  }
}

Result<void> SegmentWriter::add(const DocumentInput& document) {
  State& s = *state_;
  CAIRN_CHECK(s.check(document));
  s.keys.insert(document.key);
  s.tables.begin_document(document.key, s.text.code_points());
  s.text.add(document.text, [&](Bytes block) { s.packed_text.append(as_text(block)); });
  s.stored.append(document.stored);
  for (const Property& property : document.properties)
    s.columns.add(s.tables.document_count() - 1, property.name, property.value);
  for (const ChunkInput& chunk : document.chunks) {
    s.tables.add_chunk(chunk.span, chunk.page, chunk.heading_path, chunk.length);
    if (!s.space.model.empty()) s.add_vector(chunk.vector);
  }
  s.tables.end_document(document.stored.size());
  s.add_terms(document);
  return {};
}

void SegmentWriter::State::write_vectors(SectionStream& out) {
  const std::size_t words = codec.words();
  CodeBlockPacker packer(words);
  const auto write = [&](Bytes bytes) { out.write(bytes); };
  out.begin(SectionKind::codes);
  for (std::size_t i = 0; i < factors.size(); ++i) packer.add(std::span(signs).subspan(i * words, words), write);
  packer.flush(write);
  out.end();
  out.section(SectionKind::code_factors, factors.bytes());
  out.section(SectionKind::fine_codes, std::as_bytes(std::span(fine)));
  out.section(SectionKind::fine_factors, std::as_bytes(std::span(fine_factors)));
}

void SegmentWriter::State::write_terms(SectionStream& out, const LengthsView& length_view,
                                       TermDictionaryWriter& dictionary) {
  std::vector<std::pair<std::string_view, const PendingPostings*>> sorted;
  for (const auto& [term, pending] : postings)
    if (pending.count > 0) sorted.emplace_back(term, &pending);
  std::sort(sorted.begin(), sorted.end());
  out.begin(SectionKind::postings);
  std::string list;
  for (const auto& [term, pending] : sorted) {
    list.clear();
    append_postings(list, unpack(*pending), length_view);
    dictionary.add(term, pending->count, list.size());
    out.write(list);
  }
  out.write(std::string(postings_padding, '\0'));
  out.end();
  out.section(SectionKind::term_index, dictionary.index());
  out.section(SectionKind::terms, dictionary.terms());
}

Result<void> SegmentWriter::finish(const ByteSink& sink) {
  State& s = *state_;
  CAIRN_CHECK(s.check_space());
  CAIRN_TRY(const std::string columns, s.columns.encode());
  s.text.flush([&](Bytes block) { s.packed_text.append(as_text(block)); });
  const std::vector<TextBlockRecord> blocks = s.text.table();
  SectionStream out(sink);
  out.section(SectionKind::text, cairn::as_bytes(s.packed_text));
  out.section(SectionKind::text_blocks, std::as_bytes(std::span(blocks)));
  out.section(SectionKind::stored, cairn::as_bytes(s.stored));
  s.tables.write(out, s.text.code_points());
  MetaInput meta{.tables = &s.tables, .space = &s.space, .code_points = s.text.code_points()};
  const std::string lengths = encode_lengths(s.tables.lengths(), meta.length_bytes);
  out.section(SectionKind::lengths, cairn::as_bytes(lengths));
  s.write_vectors(out);
  TermDictionaryWriter dictionary;
  s.write_terms(out, LengthsView(cairn::as_bytes(lengths), meta.length_bytes), dictionary);
  meta.terms = dictionary.size();
  out.section(SectionKind::columns, cairn::as_bytes(columns));
  write_meta(out, meta);
  return out.finish();
}

}  // namespace cairn::index
