#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/utf8.h"
#include "text/chunker.h"

namespace cairn::text {

/// The least that a chunk is made of: a sentence, a heading, a table row, a line of code, or a part of one that is
/// longer than a chunk.
struct Unit {
  Span span;
  std::uint32_t weight = 0;  ///< Word pieces; more where few pieces stand for very many characters.
  std::uint32_t block = 0;
  bool goes_on = false;  ///< The sentence continues in the next unit.
};

/// `span` without the white space at its ends; `text` is what it spans. Empty where nothing else is there.
Span trimmed(Span span, std::string_view text);

/// Where a stretch that is too long for a chunk is cut by preference.
enum class CutAt { clauses, words };

/// Cuts blocks into units and weighs them. Text is tokenised piece by piece, so that time and memory stay linear even
/// where a block is one endless line.
class UnitReader {
 public:
  /// A chunk holds at most this many characters for each token allowed: pieces for unknown words can stand for any
  /// number.
  static constexpr std::uint32_t kCharactersPerToken = 16;

  UnitReader(std::string_view text, std::string_view language, std::uint32_t max_tokens, const ChunkingModel& model);

  /// Appends the units of `block` from character `from` of the text on, and returns where it stopped: at the block's
  /// end, or after some 64 k characters, so that an endless block is never held as units all at once.
  std::uint32_t append_units(const Block& block, std::uint32_t number, std::uint32_t from,
                             std::vector<Unit>& units) const;

  /// Cuts any stretch into units of at most `limit`.
  void append_pieces(Span span, std::uint32_t number, std::uint32_t limit, CutAt preference,
                     std::vector<Unit>& units) const;

  /// The last words of `span` that weigh no more than `limit`; empty where there are none.
  Span last_words(Span span, std::uint32_t limit) const;

  std::uint32_t weight(Span span) const;
  std::string_view slice(Span span) const { return index_.slice(span); }
  std::size_t size() const { return index_.size(); }

 private:
  std::vector<Span> parts_of(BlockKind kind, std::string_view text) const;
  std::uint32_t weight(Span span, std::size_t pieces) const;
  void append_checked(Unit unit, std::uint32_t limit, std::vector<Unit>& units) const;

  std::string_view language_;
  std::uint32_t max_tokens_;
  const ChunkingModel& model_;
  utf8::CodePointIndex index_;
};

}  // namespace cairn::text
