#pragma once

#include "adapters/sqlite/write_context.h"
#include "ports/catalog.h"

namespace cairn::sqlite {

/// Catalog::commit, inside a transaction: checks everything first, so that a refusal has written nothing.
Result<CommitOutcome> commit(const WriteContext& context, const Commit& commit);

}  // namespace cairn::sqlite
