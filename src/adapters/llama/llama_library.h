#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"

namespace cairn {

/// Starts llama.cpp once for the process, with the kernels in `folder` that suit this processor best. Any thread.
/// Errors: `unavailable` when there are none.
Result<void> start_llama(const std::filesystem::path& folder);

/// What llama.cpp last complained about in this thread, and forgets it; empty: nothing.
std::string take_llama_complaint();

}  // namespace cairn
