#include "app/join_passages.h"

#include <algorithm>
#include <string>
#include <unordered_set>
#include <utility>

#include "text/fold.h"
#include "text/sentences.h"

namespace cairn {
namespace {

/// Sentences before and after, without which a pronoun or a "this" hangs in the air.
constexpr std::size_t neighbours = 1;

const Hit* hit_of(const FoundChunks& found, const Evidence& sentence) {
  const auto holds = [&](const Hit& hit) {
    return hit.document == sentence.document && hit.span.start <= sentence.span.start &&
           sentence.span.end <= hit.span.end;
  };
  const auto at = std::ranges::find_if(found.response.hits, holds);
  return at == found.response.hits.end() ? nullptr : &*at;
}

/// The span of the sentence and its neighbours, in the canonical text.
Span with_neighbours(const Hit& hit, Span sentence) {
  const std::vector<Span> spans = text::split_sentences(hit.text, hit.language);
  std::size_t at = 0;
  while (at < spans.size() && hit.span.start + spans[at].end < sentence.end) ++at;
  if (at == spans.size()) return sentence;
  const std::size_t first = at - std::min(at, neighbours), last = std::min(at + neighbours, spans.size() - 1);
  return {std::min(sentence.start, hit.span.start + spans[first].start),
          std::max(sentence.end, hit.span.start + spans[last].end)};
}

/// Whether two spans overlap or only white space can be between them.
bool meet(Span a, Span b) {
  constexpr std::uint32_t gap = 2;
  return a.start <= b.end + gap && b.start <= a.end + gap;
}

/// Adds a passage; those that it meets become one with it, at the place of the best.
void add(std::vector<Evidence>& passages, Evidence passage) {
  for (std::size_t i = 0; i < passages.size();) {
    Evidence& other = passages[i];
    if (other.document != passage.document || !meet(other.span, passage.span)) {
      ++i;
      continue;
    }
    other.span = {std::min(other.span.start, passage.span.start), std::max(other.span.end, passage.span.end)};
    other.score = std::max(other.score, passage.score);
    passage = std::move(other);
    passages.erase(passages.begin() + static_cast<std::ptrdiff_t>(i));
    i = 0;
  }
  const auto worse = std::ranges::find_if(passages, [&](const Evidence& other) { return other.score < passage.score; });
  passages.insert(worse, std::move(passage));
}

}  // namespace

Result<std::string> text_at(const FoundChunks& found, const DocumentId& document, Span span) {
  const auto& hits = found.response.hits;
  const auto from = std::ranges::find_if(hits, [&](const Hit& hit) { return hit.document == document; });
  if (from == hits.end()) return fail(ErrorKind::not_found, "no hit is from this document");
  const index::Candidate& place = found.places[static_cast<std::size_t>(from - hits.begin())];
  const index::Segment& segment = *found.snapshot->snapshot.segments()[place.segment].segment;
  return segment.text(segment.chunk(place.chunk).document, span);
}

Result<std::vector<Evidence>> join_passages(std::vector<Evidence> sentences, const FoundChunks& found) {
  std::vector<Evidence> passages;
  for (Evidence& sentence : sentences) {
    if (const Hit* hit = hit_of(found, sentence)) sentence.span = with_neighbours(*hit, sentence.span);
    add(passages, std::move(sentence));
  }
  std::unordered_set<std::string> seen;
  std::vector<Evidence> kept;
  for (Evidence& passage : passages) {
    CAIRN_TRY(passage.text, text_at(found, passage.document, passage.span));
    if (seen.insert(text::fold(passage.text)).second) kept.push_back(std::move(passage));
  }
  return kept;
}

}  // namespace cairn
