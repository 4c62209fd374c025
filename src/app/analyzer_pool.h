#pragma once

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "text/analyzer.h"

namespace cairn {

/// Analyzers are dear to make and serve one thread at a time: they are kept, and lent. Any thread.
class AnalyzerPool {
 public:
  /// Calls `use` with an analyzer of its own and gives back what it returns.
  template <class Use>
  auto with(Use use) {
    std::unique_ptr<text::Analyzer> analyzer = take();
    auto result = use(*analyzer);
    const std::scoped_lock lock(mutex_);
    idle_.push_back(std::move(analyzer));
    return result;
  }

 private:
  std::unique_ptr<text::Analyzer> take() {
    const std::scoped_lock lock(mutex_);
    if (idle_.empty()) return std::make_unique<text::Analyzer>();
    auto analyzer = std::move(idle_.back());
    idle_.pop_back();
    return analyzer;
  }

  std::mutex mutex_;
  std::vector<std::unique_ptr<text::Analyzer>> idle_;  // Guarded by mutex_.
};

}  // namespace cairn
