#pragma once

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "index/snapshot.h"

namespace cairn::index {

/// The best candidates so far, over all segments. Keeps everything that ties with the worst of them.
class BestCandidates {
 public:
  explicit BestCandidates(std::size_t limit) : limit_(limit), shrink_at_(std::max<std::size_t>(2 * limit, 64)) {}

  /// Nothing below it can be among the best any more.
  float threshold() const { return threshold_; }

  void add(const Candidate& candidate) {
    if (candidate.score < threshold_) return;
    candidates_.push_back(candidate);
    if (candidates_.size() >= shrink_at_) shrink();
  }

  /// Raises the threshold to what is known by now.
  void tighten() {
    if (candidates_.size() > limit_ + limit_ / 4) shrink();
  }

  std::vector<Candidate> take() { return std::move(candidates_); }

 private:
  void shrink() {
    const auto nth = candidates_.begin() + static_cast<std::ptrdiff_t>(limit_ - 1);
    std::nth_element(candidates_.begin(), nth, candidates_.end(),
                     [](const Candidate& a, const Candidate& b) { return a.score > b.score; });
    threshold_ = nth->score;
    std::erase_if(candidates_, [this](const Candidate& each) { return each.score < threshold_; });
    shrink_at_ = std::max(shrink_at_, 2 * candidates_.size());
  }

  std::size_t limit_, shrink_at_;
  float threshold_ = -std::numeric_limits<float>::infinity();
  std::vector<Candidate> candidates_;
};

}  // namespace cairn::index
