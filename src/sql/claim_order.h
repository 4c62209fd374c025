#pragma once

#include <cstdint>
#include <vector>

#include "ports/catalog.h"
#include "sql/write_context.h"

namespace cairn::sql {

/// Keys of the tasks that a claim hands out, first in line first: by priority (raised by waiting), then tenants in
/// turn, then age. Takes the turns.
Result<std::vector<std::int64_t>> find_claimable(const WriteContext& context, const ClaimRequest& request);

}  // namespace cairn::sql
