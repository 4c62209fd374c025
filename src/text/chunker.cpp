#include "text/chunker.h"

#include <algorithm>
#include <ranges>

#include "text/chunk_packing.h"
#include "text/chunk_units.h"

namespace cairn::text {
namespace {

constexpr std::uint32_t kFewestTokens = 8;
/// A section is packed when it has this many units, so that an endless one is not held as a whole.
constexpr std::size_t kUnitsAtOnce = 2048;

/// What cutting costs, against 1 for an empty chunk: never behind a heading, rarely inside a paragraph.
constexpr float kAfterHeading = 4, kInsideSentence = 0.8F, kAfterIntroduction = 0.5F, kInsideParagraph = 0.25F,
                kInsideTable = 0.08F;

using Path = std::vector<std::string>;

Path common_path(const Path& a, const Path& b) {
  const auto [end, ignored] = std::ranges::mismatch(a, b);
  return {a.begin(), end};
}

Result<void> check(std::size_t text_size, const std::vector<Block>& blocks, const ChunkingOptions& options,
                   const ChunkingModel& model) {
  if (options.max_tokens < kFewestTokens || options.max_tokens > 100000) {
    return fail(ErrorKind::invalid, "max_tokens of a chunk must be 8 to 100000; choose about 256.");
  }
  if (options.overlap_tokens > options.max_tokens / 2) {
    return fail(ErrorKind::invalid, "overlap_tokens must not be more than half of max_tokens.");
  }
  if (!model.piece_spans) return fail(ErrorKind::internal, "Chunking was asked without a tokenizer.");
  if (options.strategy == ChunkStrategy::semantic && !model.neighbour_similarity) {
    return fail(ErrorKind::invalid, "Semantic chunking needs an embedding model; choose 'recursive' instead.");
  }
  std::uint32_t end = 0;
  for (const Block& block : blocks) {
    if (block.span.start < end || block.span.end < block.span.start || block.span.end > text_size) {
      return fail(ErrorKind::invalid, "The blocks of the document overlap or lie outside its text; extract it again.");
    }
    end = block.span.end;
  }
  return {};
}

class Chunker {
 public:
  Chunker(const UnitReader& reader, const std::vector<Block>& blocks, const ChunkingOptions& options,
          const ChunkingModel& model)
      : reader_(reader), blocks_(blocks), options_(options), model_(model) {}

  Result<std::vector<ChunkSpan>> run() {
    switch (options_.strategy) {
      case ChunkStrategy::sentence: return by_sentences();
      case ChunkStrategy::fixed: return by_size();
      default: return by_structure();
    }
  }

 private:
  Result<std::vector<ChunkSpan>> by_structure();
  std::vector<ChunkSpan> by_sentences();
  std::vector<ChunkSpan> by_size();

  /// A finished chunk that a small neighbour may still join.
  struct Pending {
    ChunkSpan chunk;
    std::uint32_t weight = 0;
  };

  std::uint32_t capacity() const { return options_.max_tokens - options_.overlap_tokens; }
  Path section_of(std::size_t block) const;
  Result<void> close_full_sections(std::vector<Unit>& units, const Path& path);
  Result<void> close_section(std::vector<Unit>& units, const Path& path);
  Result<std::vector<float>> penalties(const std::vector<Unit>& units) const;
  float structural_penalty(const Unit& unit, const Unit& next) const;
  Pending make_chunk(const std::vector<Unit>& units, UnitRange range, const Path& path) const;
  bool may_merge(const Pending& next) const;
  void add(Pending next);

  const UnitReader& reader_;
  const std::vector<Block>& blocks_;
  const ChunkingOptions& options_;
  const ChunkingModel& model_;
  std::vector<ChunkSpan> chunks_;
  Pending last_;
};

/// A heading opens the section that it names, so that it stays with the text below it.
Path Chunker::section_of(std::size_t block) const {
  const Block& here = blocks_[block];
  if (here.kind != BlockKind::heading) return here.heading_path;
  if (block + 1 < blocks_.size()) {
    const Path& next = blocks_[block + 1].heading_path;
    if (next.size() == here.heading_path.size() + 1 &&
        std::ranges::equal(here.heading_path, next | std::views::take(here.heading_path.size())))
      return next;
  }
  Path path = here.heading_path;
  path.emplace_back(reader_.slice(trimmed(here.span, reader_.slice(here.span))));
  return path;
}

Result<std::vector<ChunkSpan>> Chunker::by_structure() {
  std::vector<Unit> units;
  Path path;
  for (std::size_t i = 0; i < blocks_.size(); ++i) {
    Path here = section_of(i);
    if (here != path || units.size() >= kUnitsAtOnce) {
      CAIRN_CHECK(close_section(units, path));
      path = std::move(here);
    }
    for (std::uint32_t at = blocks_[i].span.start; at < blocks_[i].span.end;) {
      at = reader_.append_units(blocks_[i], static_cast<std::uint32_t>(i), at, units);
      CAIRN_CHECK(close_full_sections(units, path));
    }
  }
  CAIRN_CHECK(close_section(units, path));
  if (last_.weight > 0) chunks_.push_back(std::move(last_.chunk));
  return std::move(chunks_);
}

/// One block alone can have more units than are packed at once.
Result<void> Chunker::close_full_sections(std::vector<Unit>& units, const Path& path) {
  while (units.size() >= 2 * kUnitsAtOnce) {
    std::vector<Unit> rest(units.begin() + kUnitsAtOnce, units.end());
    units.resize(kUnitsAtOnce);
    CAIRN_CHECK(close_section(units, path));
    units = std::move(rest);
  }
  return {};
}

Result<void> Chunker::close_section(std::vector<Unit>& units, const Path& path) {
  if (units.empty()) return {};
  const bool semantic = options_.strategy == ChunkStrategy::semantic;
  PackingRules rules{.capacity = capacity(), .slack_weight = semantic ? 0.35F : 1.0F};
  CAIRN_TRY(rules.penalties, penalties(units));
  for (const UnitRange range : pack_by_cost(units, rules)) add(make_chunk(units, range, path));
  units.clear();
  return {};
}

Result<std::vector<float>> Chunker::penalties(const std::vector<Unit>& units) const {
  std::vector<float> penalties(units.size() - 1);
  for (std::size_t i = 0; i < penalties.size(); ++i) penalties[i] = structural_penalty(units[i], units[i + 1]);
  if (options_.strategy != ChunkStrategy::semantic || penalties.empty()) return penalties;
  std::vector<std::string_view> sentences;
  for (const Unit& unit : units) sentences.push_back(reader_.slice(unit.span));
  CAIRN_TRY(const std::vector<float> similarity, model_.neighbour_similarity(sentences));
  if (similarity.size() != penalties.size()) {
    return fail(ErrorKind::internal, "The embedding model gave a wrong number of similarities.");
  }
  const auto [lowest, highest] = std::ranges::minmax(similarity);
  const float range = std::max(highest - lowest, 1e-6F);
  for (std::size_t i = 0; i < penalties.size(); ++i) {
    const bool is_structural = penalties[i] >= kAfterIntroduction;
    if (!is_structural) penalties[i] = 0.8F * (similarity[i] - lowest) / range;
  }
  return penalties;
}

float Chunker::structural_penalty(const Unit& unit, const Unit& next) const {
  if (unit.goes_on) return kInsideSentence;
  const BlockKind kind = blocks_[unit.block].kind, next_kind = blocks_[next.block].kind;
  if (kind == BlockKind::heading) return kAfterHeading;
  if (unit.block == next.block) return kind == BlockKind::code ? kInsideTable : kInsideParagraph;
  if (kind == next_kind && kind != BlockKind::paragraph && kind != BlockKind::quote) return kInsideTable;
  const std::string_view text = reader_.slice(unit.span);
  const bool introduces = text.ends_with(':') || text.ends_with("：");
  return introduces && kind != next_kind ? kAfterIntroduction : 0;
}

/// Units before the first one are repeated as far as they fit: whole sentences.
Chunker::Pending Chunker::make_chunk(const std::vector<Unit>& units, UnitRange range, const Path& path) const {
  std::uint32_t weight = 0, repeated = 0;
  for (std::size_t i = range.first; i < range.last; ++i) weight += units[i].weight;
  std::size_t first = range.first;
  while (first > 0 && repeated + units[first - 1].weight <= options_.overlap_tokens &&
         weight + repeated + units[first - 1].weight <= options_.max_tokens) {
    repeated += units[--first].weight;
  }
  const Block& block = blocks_[units[first].block];
  return {{{units[first].span.start, units[range.last - 1].span.end}, block.page, path, {}}, weight + repeated};
}

/// Tiny chunks find little and are found by chance. A small one joins its neighbour below the same heading; one of a
/// few words, such as a title, joins whatever is next to it.
bool Chunker::may_merge(const Pending& next) const {
  if (last_.weight + next.weight > options_.max_tokens || next.chunk.span.start < last_.chunk.span.end) return false;
  const std::uint32_t smaller = std::min(last_.weight, next.weight);
  if (smaller <= options_.max_tokens / 16) return true;
  return smaller <= options_.max_tokens / 4 && !common_path(last_.chunk.heading_path, next.chunk.heading_path).empty();
}

void Chunker::add(Pending next) {
  const bool same_section = next.chunk.heading_path == last_.chunk.heading_path;
  if (last_.weight > 0 && !same_section && may_merge(next)) {
    last_.chunk.span.end = next.chunk.span.end;
    last_.chunk.heading_path = common_path(last_.chunk.heading_path, next.chunk.heading_path);
    last_.weight += next.weight;
    return;
  }
  if (last_.weight > 0) chunks_.push_back(std::move(last_.chunk));
  last_ = std::move(next);
}

std::vector<ChunkSpan> Chunker::by_sentences() {
  std::vector<Unit> units;
  const auto flush = [&] {
    for (const UnitRange range : pack_in_order(units, capacity())) {
      const Path& path = blocks_[units[range.first].block].heading_path;
      chunks_.push_back(make_chunk(units, range, path).chunk);
    }
    units.clear();
  };
  for (std::size_t i = 0; i < blocks_.size(); ++i) {
    for (std::uint32_t at = blocks_[i].span.start; at < blocks_[i].span.end;) {
      at = reader_.append_units(blocks_[i], static_cast<std::uint32_t>(i), at, units);
      if (units.size() >= kUnitsAtOnce) flush();
    }
  }
  flush();
  return std::move(chunks_);
}

std::vector<ChunkSpan> Chunker::by_size() {
  if (blocks_.empty()) return {};
  const Span all{blocks_.front().span.start, blocks_.back().span.end};
  std::vector<Unit> units;
  reader_.append_pieces(all, 0, capacity(), CutAt::words, units);
  std::size_t block = 0;
  for (const Unit& unit : units) {
    Span span = trimmed(unit.span, reader_.slice(unit.span));
    if (span.size() == 0) continue;
    while (block + 1 < blocks_.size() && blocks_[block].span.end <= span.start) ++block;
    const ChunkSpan chunk{span, blocks_[block].page, blocks_[block].heading_path, {}};
    chunks_.push_back(chunk);
    if (options_.overlap_tokens == 0 || chunks_.size() < 2) continue;
    const Span repeated = reader_.last_words({all.start, span.start}, options_.overlap_tokens);
    const Span longer{repeated.start, span.end};
    if (repeated.size() > 0 && reader_.weight(longer) <= options_.max_tokens) chunks_.back().span = longer;
  }
  return std::move(chunks_);
}

void note_headings(const std::vector<Block>& blocks, std::vector<ChunkSpan>& chunks) {
  for (ChunkSpan& chunk : chunks) {
    auto block = std::ranges::lower_bound(blocks, chunk.span.start, {}, [](const Block& b) { return b.span.start; });
    for (; block != blocks.end() && block->span.end <= chunk.span.end; ++block)
      if (block->kind == BlockKind::heading) chunk.headings.push_back(block->span);
  }
}

}  // namespace

Result<std::vector<ChunkSpan>> chunk(std::string_view canonical_text, const std::vector<Block>& blocks,
                                     std::string_view language, const ChunkingOptions& options,
                                     const ChunkingModel& model) {
  const UnitReader reader(canonical_text, language, options.max_tokens, model);
  CAIRN_CHECK(check(reader.size(), blocks, options, model));
  Chunker chunker(reader, blocks, options, model);
  CAIRN_TRY(std::vector<ChunkSpan> chunks, chunker.run());
  note_headings(blocks, chunks);
  return chunks;
}

}  // namespace cairn::text
