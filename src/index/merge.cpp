#include "index/merge.h"

#include <algorithm>
#include <limits>
#include <queue>

#include "index/columns.h"
#include "index/segment_output.h"
#include "index/segment_state.h"
#include "index/text_blocks.h"

namespace cairn::index {
namespace {

/// The live part of one input and where its ordinals go.
struct Source {
  const Segment* segment = nullptr;
  const Segment::State* state = nullptr;
  std::vector<std::uint32_t> documents;     ///< Live ones, in order.
  std::vector<std::uint32_t> new_document;  ///< By old ordinal; no_chunk when dropped.
  std::vector<std::uint32_t> new_chunk;     ///< By old ordinal; no_chunk when dropped.
};

class Merger {
 public:
  Merger(std::span<const LiveSegment> inputs, const CancelToken& cancel, const ByteSink& sink)
      : cancel_(cancel), out_(sink) {
    for (const LiveSegment& input : inputs) add_source(input);
  }

  Result<void> run(const VectorSpace& space);

 private:
  void add_source(const LiveSegment& input);
  Result<void> write_text();
  Result<void> write_stored();
  Result<void> write_vectors();
  Result<void> write_postings();
  Result<void> write_columns();
  Result<void> may_go_on() const;

  template <class Visit>
  Result<void> for_each_chunk(Visit visit) const;

  const CancelToken& cancel_;
  SectionStream out_;
  std::vector<Source> sources_;
  SegmentTables tables_;
  MetaInput meta_;
  std::string lengths_;
};

void Merger::add_source(const LiveSegment& input) {
  Source source{.segment = input.segment.get(), .state = &input.segment->state()};
  source.new_document.assign(source.segment->document_count(), no_chunk);
  source.new_chunk.assign(source.segment->chunk_count(), no_chunk);
  std::uint32_t document = 0, chunk = 0;
  if (!sources_.empty()) {
    for (const Source& before : sources_) {
      document += static_cast<std::uint32_t>(before.documents.size());
      for (const std::uint32_t each : before.documents) chunk += before.segment->chunks_of(each).size();
    }
  }
  for (std::uint32_t i = 0; i < source.segment->document_count(); ++i) {
    if (std::binary_search(input.tombstones.begin(), input.tombstones.end(), i)) continue;
    source.documents.push_back(i);
    source.new_document[i] = document++;
    const Span chunks = source.segment->chunks_of(i);
    for (std::uint32_t c = chunks.start; c < chunks.end; ++c) source.new_chunk[c] = chunk++;
  }
  sources_.push_back(std::move(source));
}

Result<void> Merger::may_go_on() const {
  if (cancel_.cancelled()) return fail(ErrorKind::cancelled, "Merging segments was cancelled.");
  return {};
}

Result<void> Merger::write_text() {
  TextBlockWriter text;
  const auto put = [&](Bytes block) { out_.write(block); };
  out_.begin(SectionKind::text);
  for (const Source& source : sources_) {
    for (const std::uint32_t document : source.documents) {
      CAIRN_CHECK(may_go_on());
      tables_.begin_document(source.segment->key(document), text.code_points());
      // A long document passes through in parts, so that memory does not grow with it.
      constexpr std::uint32_t part = 1 << 20;
      const auto [begin, end] = source.state->text_range(document);
      for (std::uint64_t at = begin; at < end; at += part) {
        CAIRN_TRY(const std::string piece, source.state->text.read(at, std::min(end, at + part)));
        text.add(piece, put);
      }
      const Span chunks = source.segment->chunks_of(document);
      for (std::uint32_t c = chunks.start; c < chunks.end && !out_.failed(); ++c) {
        const StoredChunk chunk = source.segment->chunk(c);
        tables_.add_chunk(chunk.span, chunk.page, chunk.heading_path, source.state->lengths[c]);
      }
      tables_.end_document(source.segment->stored(document).size());
    }
  }
  text.flush(put);
  out_.end();
  meta_.code_points = text.code_points();
  const std::vector<TextBlockRecord> blocks = text.table();
  out_.section(SectionKind::text_blocks, std::as_bytes(std::span(blocks)));
  return {};
}

Result<void> Merger::write_stored() {
  out_.begin(SectionKind::stored);
  for (const Source& source : sources_) {
    CAIRN_CHECK(may_go_on());
    for (const std::uint32_t document : source.documents) out_.write(source.segment->stored(document));
  }
  out_.end();
  return {};
}

/// visit(source, old chunk) for every live chunk in its new order.
template <class Visit>
Result<void> Merger::for_each_chunk(Visit visit) const {
  for (const Source& source : sources_) {
    for (const std::uint32_t document : source.documents) {
      CAIRN_CHECK(may_go_on());
      const Span chunks = source.segment->chunks_of(document);
      for (std::uint32_t c = chunks.start; c < chunks.end; ++c) visit(*source.state, std::size_t{c});
    }
  }
  return {};
}

Result<void> Merger::write_vectors() {
  const bool has_model = !meta_.space->model.empty();
  const std::size_t bits = has_model ? (std::size_t{meta_.space->dimensions} + 63) / 64 * 64 : 0;
  CodeBlockPacker packer(bits / 64);
  std::vector<std::uint64_t> signs(bits / 64);
  FactorBlocks factors;
  const auto put = [&](Bytes bytes) { out_.write(bytes); };
  out_.begin(SectionKind::codes);
  if (has_model) {
    CAIRN_CHECK(for_each_chunk([&](const Segment::State& state, std::size_t chunk) {
      read_signs(state.section(SectionKind::codes).data(), signs.size(), chunk, signs);
      packer.add(signs, put);
      const ArrayView<std::uint16_t> from(state.section(SectionKind::code_factors));
      factors.add(from[FactorBlocks::place(chunk)], from[FactorBlocks::place(chunk) + vectors_per_block]);
    }));
  }
  packer.flush(put);
  out_.end();
  out_.section(SectionKind::code_factors, factors.bytes());
  out_.begin(SectionKind::fine_codes);
  if (has_model)
    CAIRN_CHECK(for_each_chunk([&](const Segment::State& state, std::size_t chunk) {
      out_.write(state.section(SectionKind::fine_codes).subspan(chunk * bits, bits));
    }));
  out_.end();
  out_.begin(SectionKind::fine_factors);
  if (has_model)
    CAIRN_CHECK(for_each_chunk([&](const Segment::State& state, std::size_t chunk) {
      out_.write(state.section(SectionKind::fine_factors).subspan(chunk * sizeof(FineFactors), sizeof(FineFactors)));
    }));
  out_.end();
  return {};
}

/// The dictionaries of all inputs as one, term by term in order.
class TermMerge {
 public:
  explicit TermMerge(std::span<const Source> sources) : sources_(sources) {
    for (const Source& source : sources) walkers_.emplace_back(source.state->terms);
    for (std::size_t i = 0; i < walkers_.size(); ++i) advance(i);
  }

  bool done() const { return heap_.empty(); }
  bool damaged() const { return damaged_; }

  /// The least term and its live postings under their new ordinals.
  std::string take(std::vector<Posting>& postings) {
    const std::string term = walkers_[heap_.top().second].term();
    postings.clear();
    while (!heap_.empty() && heap_.top().first == term) {
      const std::size_t i = heap_.top().second;
      heap_.pop();
      collect(sources_[i], walkers_[i].postings(), postings);
      advance(i);
    }
    return term;
  }

 private:
  void advance(std::size_t i) {
    if (walkers_[i].next()) heap_.emplace(walkers_[i].term(), i);
    damaged_ = damaged_ || walkers_[i].damaged();
  }

  void collect(const Source& source, const TermPostings& found, std::vector<Posting>& postings) {
    PostingCursor cursor = source.state->cursor(found);
    for (; cursor.chunk() != no_chunk; cursor.next()) {
      const std::uint32_t chunk = source.new_chunk[cursor.chunk()];
      if (chunk != no_chunk) postings.push_back({chunk, cursor.frequency()});
    }
    damaged_ = damaged_ || cursor.damaged();
  }

  std::span<const Source> sources_;
  std::vector<TermDictionary::Walker> walkers_;
  using Head = std::pair<std::string, std::size_t>;
  std::priority_queue<Head, std::vector<Head>, std::greater<>> heap_;
  bool damaged_ = false;
};

Result<void> Merger::write_postings() {
  const LengthsView lengths(cairn::as_bytes(lengths_), meta_.length_bytes);
  TermDictionaryWriter dictionary;
  TermMerge terms(sources_);
  std::vector<Posting> postings;
  std::string list;
  out_.begin(SectionKind::postings);
  while (!terms.done()) {
    CAIRN_CHECK(may_go_on());
    const std::string term = terms.take(postings);
    if (terms.damaged()) return damaged("postings");
    if (postings.empty()) continue;
    list.clear();
    append_postings(list, postings, lengths);
    dictionary.add(term, static_cast<std::uint32_t>(postings.size()), list.size());
    out_.write(list);
  }
  if (terms.damaged()) return damaged("terms");
  out_.write(std::string(postings_padding, '\0'));
  out_.end();
  out_.section(SectionKind::term_index, dictionary.index());
  out_.section(SectionKind::terms, dictionary.terms());
  meta_.terms = dictionary.size();
  return {};
}

Result<void> Merger::write_columns() {
  ColumnWriter columns;
  for (const Source& source : sources_) {
    for (const Column& column : source.state->columns) {
      CAIRN_CHECK(may_go_on());
      for (std::uint64_t i = 0; i < column.value_count(); ++i)
        for (const std::uint32_t document : column.documents(i, source.segment->document_count()))
          if (source.new_document[document] != no_chunk)
            columns.add(source.new_document[document], std::string(column.name()), column.value(i));
    }
  }
  CAIRN_TRY(const std::string bytes, columns.encode());
  out_.section(SectionKind::columns, cairn::as_bytes(bytes));
  return {};
}

Result<void> Merger::run(const VectorSpace& space) {
  meta_.tables = &tables_;
  meta_.space = &space;
  CAIRN_CHECK(write_text());
  CAIRN_CHECK(write_stored());
  tables_.write(out_, meta_.code_points);
  lengths_ = encode_lengths(tables_.lengths(), meta_.length_bytes);
  out_.section(SectionKind::lengths, cairn::as_bytes(lengths_));
  CAIRN_CHECK(write_vectors());
  CAIRN_CHECK(write_postings());
  CAIRN_CHECK(write_columns());
  write_meta(out_, meta_);
  return out_.finish();
}

Result<void> check_inputs(std::span<const LiveSegment> inputs) {
  if (inputs.empty()) return fail(ErrorKind::invalid, "There are no segments to merge.");
  const VectorSpace& space = inputs.front().segment->space();
  std::uint64_t chunks = 0;
  for (const LiveSegment& input : inputs) {
    const VectorSpace& other = input.segment->space();
    if (other.model != space.model || other.dimensions != space.dimensions || other.centre != space.centre)
      return fail(ErrorKind::invalid, "Segments of different embedding models ('" + space.model + "' and '" +
                                          other.model + "') cannot be merged; reindex one of them first.");
    chunks += input.segment->chunk_count();
  }
  if (chunks >= no_chunk) return fail(ErrorKind::invalid, "The segments are too large to be merged into one.");
  return {};
}

}  // namespace

Result<void> merge(std::span<const LiveSegment> inputs, const CancelToken& cancel, const ByteSink& out) {
  CAIRN_CHECK(check_inputs(inputs));
  return Merger(inputs, cancel, out).run(inputs.front().segment->space());
}

}  // namespace cairn::index
