#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

#include "index/postings.h"
#include "index/snapshot.h"

namespace cairn::index {

/// What one term of a query is worth (Robertson & Zaragoza, "The Probabilistic Relevance Framework", 2009, eq. 3.15),
/// with the idf that is never negative. Every step is monotone in frequency and length even after rounding, so that the
/// value of a block's best frequency and shortest length bounds all of its postings exactly.
class Bm25Term {
 public:
  Bm25Term(const Bm25Options& options, float weight, std::uint64_t chunks, std::uint64_t frequency,
           double mean_length) {
    const double n = static_cast<double>(chunks), df = static_cast<double>(frequency);
    top_ = static_cast<float>(weight * std::log1p((n - df + 0.5) / (df + 0.5)) * (options.k1 + 1.0));
    flat_ = options.k1 * (1 - options.b);
    slope_ = static_cast<float>(options.k1 * options.b / mean_length);
  }

  float score(std::uint32_t frequency, std::uint32_t length) const {
    const float norm = flat_ + slope_ * static_cast<float>(length);
    return top_ / (1.0f + norm / static_cast<float>(frequency));
  }

  /// Of each posting of a run, of which there is room for a whole block. In loops of a fixed length, which compilers
  /// turn into wide instructions.
  void score(const PostingRun& run, const LengthsView& lengths, std::array<float, postings_per_block>& parts) const {
    constexpr std::size_t step = 16;
    std::array<float, postings_per_block> frequencies, norms;
    for (std::size_t i = 0; i < run.size; ++i) {
      frequencies[i] = static_cast<float>(run.frequencies[i]);
      norms[i] = static_cast<float>(lengths[run.chunks[i]]);
    }
    for (std::size_t i = run.size; i % step != 0; ++i) frequencies[i] = norms[i] = 1;
    for (std::size_t i = 0; i < run.size; i += step)
      for (std::size_t k = i; k < i + step; ++k)
        parts[k] = top_ / (1.0f + (flat_ + slope_ * norms[k]) / frequencies[k]);
  }

  /// The most that a posting within `impact` adds; never negative, because a chunk may lack the term.
  float bound(const Impact& impact) const {
    return impact.frequency == 0 ? 0 : std::max(0.0f, score(impact.frequency, impact.length));
  }

 private:
  float top_ = 0, flat_ = 0, slope_ = 0;
};

}  // namespace cairn::index
