#pragma once

#include "ports/catalog.h"
#include "sql/write_context.h"

namespace cairn::sql {

/// Catalog::commit, inside a transaction: checks everything first, so that a refusal has written nothing.
Result<CommitOutcome> commit(const WriteContext& context, const Commit& commit);

}  // namespace cairn::sql
