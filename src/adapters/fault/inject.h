#pragma once

#include <string_view>
#include <type_traits>

#include "adapters/fault/fault_plan.h"
#include "base/result.h"

namespace cairn {

/// Runs `call` under the plan: fails before it, after it, or lets it be.
template <class Call>
std::invoke_result_t<Call> inject(FaultPlan& plan, std::string_view operation, const Call& call) {
  const Fault fault = plan.next(false);
  plan.reach(operation, "before");
  if (fault == Fault::before) return fail(plan.error(operation, fault));
  auto result = call();
  plan.reach(operation, "after");
  if (fault == Fault::after) return fail(plan.error(operation, fault));
  return result;
}

}  // namespace cairn
