#pragma once

#include <chrono>
#include <span>
#include <string>
#include <string_view>

#include "base/cancel.h"

namespace cairn {

/// The endpoint's own words for an error, cut short and without `secrets`, or the status.
std::string endpoint_message(int status, std::string_view body, std::span<const std::string> secrets);

bool may_be_retried(int status);

/// Waits in small steps so that a cancelled task stops at once; false when it was cancelled.
bool pause(std::chrono::milliseconds duration, const CancelToken& cancel);

}  // namespace cairn
