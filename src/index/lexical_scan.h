#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <span>
#include <vector>

#include "index/best_candidates.h"
#include "index/bm25.h"
#include "index/document_set.h"
#include "index/segment_state.h"

namespace cairn::index {

/// Sums for a window of chunks. Scores are floats, and their sums are kept in doubles, where they are exact but for
/// terms whose shares differ by more than 2^24: so they come out the same in whatever order the terms are taken.
class ScoreWindow {
 public:
  static constexpr std::uint32_t size = 2048;

  void add(std::uint32_t slot, float part) {
    touched_[slot / 64] |= std::uint64_t{1} << (slot % 64);
    sums_[slot] += part;
  }

  /// Calls use(slot, sum) for each slot that was added to, in order, and forgets them.
  template <class Use>
  void drain(Use use) {
    for (std::uint32_t word = 0; word < touched_.size(); ++word) {
      for (std::uint64_t left = touched_[word]; left != 0; left &= left - 1) {
        const std::uint32_t slot = word * 64 + static_cast<std::uint32_t>(std::countr_zero(left));
        use(slot, sums_[slot]);
        sums_[slot] = 0;
      }
      touched_[word] = 0;
    }
  }

 private:
  std::array<double, size> sums_{};
  std::array<std::uint64_t, size / 64> touched_{};
};

/// Ranks the chunks of one segment. MaxScore (Turtle & Flood 1995), decided anew for each window of chunks from the
/// bounds of the blocks that lie in it (Ding & Suel 2011): lists that together cannot lift a chunk over the threshold
/// are only looked up, for the chunks that the others found; the others are added up a list at a time.
class LexicalScan {
 public:
  LexicalScan(std::uint32_t index, const Segment::State& segment, const DocumentSet& live,
              std::span<const WeightedTerm> terms, std::span<const Bm25Term> scorers, ScoreWindow& window,
              BestCandidates& best);

  void run();

 private:
  struct TermList {
    PostingCursor cursor;
    const Bm25Term* scorer;
    double list_bound = 0;
    double bound = 0;  ///< In this window.
  };
  struct Found {
    std::uint32_t chunk;
    double sum;
  };

  bool hopeless(double bound) const;
  std::uint32_t next_chunk(std::uint32_t from);
  void scan_window(std::uint32_t first, std::uint32_t last);
  void sort_by_bound(std::uint32_t first, std::uint32_t last);
  void add_up(TermList& list, std::uint32_t first, std::uint32_t last);
  void look_up(TermList& list);

  std::uint32_t index_;
  const Segment::State& segment_;
  const DocumentSet& live_;
  ScoreWindow& window_;
  BestCandidates& best_;
  std::vector<TermList> lists_;   ///< The least list bound first.
  std::vector<TermList*> order_;  ///< The least bound in this window first.
  std::vector<double> reach_;     ///< What lists of `order_` up to this one can add together.
  std::vector<Found> found_;
};

}  // namespace cairn::index
