#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

namespace cairn::sql {

/// Which tenant was handed a task how long ago, so that tenants take turns. Kept in memory: after a restart everyone
/// starts even. One thread at a time.
class TenantTurns {
 public:
  /// The smaller, the longer it waits; 0: never served.
  std::uint64_t last(const std::string& tenant) const {
    const auto found = served_.find(tenant);
    return found == served_.end() ? 0 : found->second;
  }

  void serve(const std::string& tenant) { served_[tenant] = ++clock_; }

 private:
  std::unordered_map<std::string, std::uint64_t> served_;
  std::uint64_t clock_ = 0;
};

}  // namespace cairn::sql
