#include "index/lexical_scan.h"

#include <algorithm>

namespace cairn::index {
namespace {

/// The most that a posting with first <= chunk < last can be worth. Windows ascend.
double window_bound(PostingCursor& cursor, const Bm25Term& scorer, std::uint32_t first, std::uint32_t last) {
  double bound = 0;
  for (std::uint32_t from = first, end = 0; from < last; from = end + 1) {
    bound = std::max<double>(bound, scorer.bound(cursor.block_impact(from, end)));
    if (end == no_chunk) break;
  }
  return bound;
}

}  // namespace

LexicalScan::LexicalScan(std::uint32_t index, const Segment::State& segment, const DocumentSet& live,
                         std::span<const WeightedTerm> terms, std::span<const Bm25Term> scorers, ScoreWindow& window,
                         BestCandidates& best)
    : index_(index), segment_(segment), live_(live), window_(window), best_(best) {
  lists_.reserve(terms.size());
  for (std::size_t i = 0; i < terms.size(); ++i) {
    const auto found = segment.terms.find(terms[i].term);
    if (!found) continue;
    TermList& list = lists_.emplace_back(segment.cursor(*found), &scorers[i]);
    list.list_bound = scorers[i].bound(list.cursor.list_impact());
  }
  for (TermList& list : lists_) order_.push_back(&list);
  std::ranges::sort(order_, {}, &TermList::list_bound);
  reach_.resize(order_.size());
}

/// Sums of bounds are taken in another order than sums of scores; the margin covers their rounding.
bool LexicalScan::hopeless(double bound) const { return bound * (1 + 1e-6) < best_.threshold(); }

void LexicalScan::run() {
  for (std::uint32_t first = next_chunk(0); first < segment_.meta.chunks;) {
    const std::uint32_t last = std::min(segment_.meta.chunks - first, ScoreWindow::size) + first;
    scan_window(first, last);
    best_.tighten();
    first = next_chunk(last);
  }
}

/// The first chunk not before `from` that a list holds which is worth something by itself or with all lesser ones.
std::uint32_t LexicalScan::next_chunk(std::uint32_t from) {
  std::uint32_t chunk = no_chunk;
  std::ranges::sort(order_, {}, &TermList::list_bound);
  double reach = 0;
  for (TermList* list : order_) {
    reach += list->list_bound;
    if (hopeless(reach)) continue;
    // A list that was only looked up lags behind; where it goes on is not known without decoding a block.
    const std::uint32_t at = list->cursor.chunk();
    chunk = std::min(chunk, at == no_chunk ? no_chunk : std::max(at, from));
  }
  return chunk;
}

void LexicalScan::sort_by_bound(std::uint32_t first, std::uint32_t last) {
  for (TermList* list : order_) list->bound = window_bound(list->cursor, *list->scorer, first, last);
  std::ranges::sort(order_, {}, &TermList::bound);
  double reach = 0;
  for (std::size_t i = 0; i < order_.size(); ++i) reach_[i] = reach += order_[i]->bound;
}

void LexicalScan::scan_window(std::uint32_t first, std::uint32_t last) {
  sort_by_bound(first, last);
  std::size_t essential = 0;
  while (essential < order_.size() && hopeless(reach_[essential])) ++essential;
  if (essential == order_.size()) return;
  for (std::size_t i = essential; i < order_.size(); ++i) add_up(*order_[i], first, last);
  found_.clear();
  const double rest = essential == 0 ? 0 : reach_[essential - 1];
  const double least = best_.threshold() / (1 + 1e-6) - rest;
  window_.drain([&](std::uint32_t slot, double sum) {
    if (sum >= least && live_.contains(first + slot)) found_.push_back({first + slot, sum});
  });
  for (std::size_t i = essential; i-- > 0 && !found_.empty();) {
    look_up(*order_[i]);
    const double others = i == 0 ? 0 : reach_[i - 1];
    std::erase_if(found_, [&](const Found& each) { return hopeless(each.sum + others); });
  }
  for (const Found& each : found_) best_.add({index_, each.chunk, static_cast<float>(each.sum)});
}

void LexicalScan::add_up(TermList& list, std::uint32_t first, std::uint32_t last) {
  std::array<float, postings_per_block> parts;
  list.cursor.seek(first);
  for (PostingRun run; list.cursor.take(last, run);) {
    list.scorer->score(run, segment_.lengths, parts);
    for (std::size_t i = 0; i < run.size; ++i) window_.add(run.chunks[i] - first, parts[i]);
  }
}

void LexicalScan::look_up(TermList& list) {
  for (Found& each : found_) {
    list.cursor.seek(each.chunk);
    if (list.cursor.chunk() == each.chunk)
      each.sum += list.scorer->score(list.cursor.frequency(), segment_.lengths[each.chunk]);
  }
}

}  // namespace cairn::index
