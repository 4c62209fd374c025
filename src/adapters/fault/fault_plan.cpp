#include "adapters/fault/fault_plan.h"

#include <vector>

namespace cairn {

Fault FaultPlan::next(bool writes_bytes) {
  const std::lock_guard lock(mutex_);
  ++calls_;
  if (std::uniform_real_distribution<double>(0, 1)(random_) >= options_.rate) return Fault::none;
  std::vector<Fault> kinds;
  if (options_.before) kinds.push_back(Fault::before);
  if (options_.after) kinds.push_back(Fault::after);
  if (options_.torn && writes_bytes) kinds.push_back(Fault::torn);
  if (kinds.empty()) return Fault::none;
  return kinds[std::uniform_int_distribution<std::size_t>(0, kinds.size() - 1)(random_)];
}

void FaultPlan::reach(std::string_view operation, std::string_view when) const {
  if (options_.crash_point) options_.crash_point(std::string(operation) + ":" + std::string(when));
}

Error FaultPlan::error(std::string_view operation, Fault fault) const {
  const char* what = fault == Fault::after ? " was done, but its acknowledgement is lost" : " was not done";
  return {ErrorKind::unavailable, "injected fault: " + std::string(operation) + what + " (" + describe() + ")"};
}

bool FaultPlan::toss(double share) {
  const std::lock_guard lock(mutex_);
  return std::uniform_real_distribution<double>(0, 1)(random_) < share;
}

std::string FaultPlan::describe() const {
  const std::lock_guard lock(mutex_);
  return "fault seed " + std::to_string(options_.seed) + ", after " + std::to_string(calls_) + " calls";
}

}  // namespace cairn
