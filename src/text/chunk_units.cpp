#include "text/chunk_units.h"

#include <unicode/uchar.h>

#include <algorithm>

#include "text/script.h"
#include "text/sentences.h"

namespace cairn::text {
namespace {

constexpr std::uint32_t kWindow = 64 * 1024;

bool is_blank(char32_t c) { return u_isUWhiteSpace(static_cast<UChar32>(c)) != 0; }

/// How good a place to cut is the one before `after`? 3 a clause ends, 2 a word ends, 1 not inside a word, 0 inside.
int quality(char32_t before, char32_t after, CutAt preference) {
  constexpr std::u32string_view kClauseEnds = U",;:，、；：。．！？)）」』】》\n";
  const bool clause = kClauseEnds.find(before) != std::u32string_view::npos && !u_isdigit(static_cast<UChar32>(after));
  if (preference == CutAt::clauses && clause) return 3;
  if (is_blank(before) || is_blank(after)) return 2;
  const auto joins = [](char32_t c) {
    return (u_isalnum(static_cast<UChar32>(c)) && !is_han(c) && !is_kana(c)) ||
           (U_GET_GC_MASK(static_cast<UChar32>(c)) & U_GC_M_MASK) != 0;
  };
  return joins(before) && joins(after) ? 0 : 1;
}

/// The piece before which to cut, among those after `first` up to `last`; the latest of the best, in the later half.
std::size_t best_cut(const std::vector<Span>& pieces, std::u32string_view window, std::size_t first, std::size_t last,
                     CutAt preference) {
  std::size_t best = last;
  int best_quality = -1;
  for (std::size_t i = last; i > first + (last - first) / 2; --i) {
    const std::uint32_t at = pieces[i].start;
    const char32_t before = at == 0 ? U' ' : window[at - 1];
    // Blanks between two pieces belong to neither, so the clause's end may stand before them.
    std::uint32_t word_end = at;
    while (word_end > 0 && is_blank(window[word_end - 1])) --word_end;
    const char32_t last_visible = word_end == 0 ? U' ' : window[word_end - 1];
    const int here = std::max(quality(before, window[at], preference),
                              word_end < at && quality(last_visible, window[at], preference) == 3 ? 3 : 0);
    if (here > best_quality) {
      best_quality = here;
      best = i;
    }
  }
  return best;
}

std::u32string decode(std::string_view text) {
  std::u32string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) out.push_back(utf8::next(text, at));
  return out;
}

std::vector<Span> lines_of(std::string_view text) {
  std::vector<Span> lines;
  std::uint32_t position = 0, begin = 0, end = 0;
  const auto finish = [&] {
    if (end > begin) lines.push_back({begin, end});
    begin = end = position + 1;
  };
  bool any = false;
  for (std::size_t at = 0; at < text.size(); ++position) {
    const char32_t c = utf8::next(text, at);
    if (c == '\n') {
      finish();
      any = false;
      continue;
    }
    if (is_blank(c)) continue;
    if (!any) begin = position;
    any = true;
    end = position + 1;
  }
  finish();
  return lines;
}

}  // namespace

UnitReader::UnitReader(std::string_view text, std::string_view language, std::uint32_t max_tokens,
                       const ChunkingModel& model)
    : language_(language), max_tokens_(max_tokens), model_(model), index_(text) {}

std::uint32_t UnitReader::weight(Span span, std::size_t pieces) const {
  const std::uint32_t by_size = (span.size() + kCharactersPerToken - 1) / kCharactersPerToken;
  return std::max({static_cast<std::uint32_t>(pieces), by_size, 1u});
}

std::uint32_t UnitReader::weight(Span span) const { return weight(span, model_.piece_spans(slice(span)).size()); }

std::vector<Span> UnitReader::parts_of(BlockKind kind, std::string_view text) const {
  switch (kind) {
    case BlockKind::heading:
    case BlockKind::table_row: return {trimmed({0, static_cast<std::uint32_t>(utf8::length(text))}, text)};
    case BlockKind::code: return lines_of(text);
    default: return split_sentences(text, language_);
  }
}

std::uint32_t UnitReader::append_units(const Block& block, std::uint32_t number, std::uint32_t from,
                                       std::vector<Unit>& units) const {
  const bool is_whole = block.kind == BlockKind::heading || block.kind == BlockKind::table_row;
  const std::uint32_t end = is_whole ? block.span.end : std::min(block.span.end, from + kWindow);
  std::vector<Span> parts = parts_of(block.kind, slice({from, end}));
  std::uint32_t next = end;
  if (end < block.span.end && parts.size() > 1) {  // The last one may go on behind the window.
    next = from + parts.back().start;
    parts.pop_back();
  }
  for (const Span part : parts) {
    if (part.size() == 0) continue;
    append_pieces({from + part.start, from + part.end}, number, max_tokens_, CutAt::clauses, units);
  }
  return next;
}

void UnitReader::append_pieces(Span span, std::uint32_t number, std::uint32_t limit, CutAt preference,
                               std::vector<Unit>& units) const {
  const std::uint32_t max_characters = limit * kCharactersPerToken;
  std::uint32_t begin = span.start;
  while (begin < span.end) {
    const std::uint32_t end = std::min(span.end, begin + max_characters);
    const std::string_view text = slice({begin, end});
    const std::vector<Span> pieces = model_.piece_spans(text);
    if (end == span.end && pieces.size() <= limit) {
      units.push_back({{begin, end}, weight({begin, end}, pieces.size()), number, false});
      return;
    }
    const std::u32string window = decode(text);
    std::size_t first = 0;
    std::uint32_t from = begin;
    while (pieces.size() - first > limit) {
      const std::size_t cut = best_cut(pieces, window, first, first + limit, preference);
      const std::uint32_t at = std::max(begin + pieces[cut].start, from + 1);
      append_checked({{from, at}, 0, number, true}, limit, units);
      from = at;
      for (first = cut; first < pieces.size() && begin + pieces[first].start < from;) ++first;
    }
    if (from == begin) {  // Few pieces in many characters: cut behind the window's last blank.
      std::uint32_t at = static_cast<std::uint32_t>(window.size());
      while (at > window.size() / 2 && !is_blank(window[at - 1])) --at;
      if (at <= window.size() / 2) at = static_cast<std::uint32_t>(window.size());
      append_checked({{begin, begin + at}, 0, number, begin + at < span.end}, limit, units);
      from = begin + at;
    }
    begin = from;
  }
}

/// A word that is cut can have more pieces than its share of the whole: halve until it fits.
void UnitReader::append_checked(Unit unit, std::uint32_t limit, std::vector<Unit>& units) const {
  unit.span = trimmed(unit.span, slice(unit.span));
  if (unit.span.size() == 0) return;
  unit.weight = weight(unit.span);
  if (unit.weight <= limit || unit.span.size() < 2) {
    units.push_back(unit);
    return;
  }
  const std::uint32_t middle = unit.span.start + unit.span.size() / 2;
  append_checked({{unit.span.start, middle}, 0, unit.block, true}, limit, units);
  append_checked({{middle, unit.span.end}, 0, unit.block, unit.goes_on}, limit, units);
}

Span UnitReader::last_words(Span span, std::uint32_t limit) const {
  const std::uint32_t most = limit * kCharactersPerToken;
  const Span tail{span.size() > most ? span.end - most : span.start, span.end};
  const std::string_view text = slice(tail);
  const std::vector<Span> pieces = model_.piece_spans(text);
  const std::u32string window = decode(text);
  for (std::size_t i = pieces.size() > limit ? pieces.size() - limit : 0; i < pieces.size(); ++i) {
    const std::uint32_t at = pieces[i].start;
    const bool is_word_begin =
        at == 0 ? tail.start == span.start : quality(window[at - 1], window[at], CutAt::words) > 0;
    if (is_word_begin) return {tail.start + at, span.end};
  }
  return {span.end, span.end};
}

Span trimmed(Span span, std::string_view text) {
  std::uint32_t position = span.start, begin = span.end, end = span.start;
  for (std::size_t at = 0; at < text.size(); ++position) {
    if (is_blank(utf8::next(text, at))) continue;
    begin = std::min(begin, position);
    end = position + 1;
  }
  return begin < end ? Span{begin, end} : Span{span.start, span.start};
}

}  // namespace cairn::text
