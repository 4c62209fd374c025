#pragma once

#include <algorithm>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cairn {

/// The vectors of the queries that were asked last: one question is asked of the index and then of its sentences, and
/// again when somebody turns a page. Any thread.
class RecentQueries {
 public:
  static constexpr std::size_t most = 16, longest_bytes = 1'024;

  std::optional<std::vector<float>> find(std::string_view query) {
    const std::lock_guard lock(mutex_);
    if (!bring_forward(query)) return std::nullopt;
    return kept_.front().second;
  }

  /// A query of more than `longest_bytes` is not kept.
  void keep(std::string_view query, const std::vector<float>& vector) {
    if (query.size() > longest_bytes) return;
    const std::lock_guard lock(mutex_);
    if (bring_forward(query)) return;  // Two asked it at once.
    if (kept_.size() == most) kept_.pop_back();
    kept_.emplace_front(query, vector);
  }

 private:
  using Entry = std::pair<std::string, std::vector<float>>;

  bool bring_forward(std::string_view query) {
    const auto known = std::ranges::find(kept_, query, &Entry::first);
    if (known == kept_.end()) return false;
    kept_.splice(kept_.begin(), kept_, known);
    return true;
  }

  std::mutex mutex_;
  std::list<Entry> kept_;  // The one that was asked last comes first. Guarded by mutex_.
};

}  // namespace cairn
