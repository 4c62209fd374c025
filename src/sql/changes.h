#pragma once

#include <cstdint>

#include "ports/catalog.h"
#include "sql/write_context.h"

namespace cairn::sql {

// In a transaction that changes something, next_change() in a statement is the next change number; whoever brings the
// connection says how, and stores the newest as the counter "change" before the transaction ends.

/// Now and then drops the oldest rows about what is gone. `before` and `newest` are the change numbers before and after
/// this transaction.
Result<void> forget_old_removals(Connection& db, std::int64_t before, std::int64_t newest);

// What goes away leaves a row, so that whoever follows the changes hears of it. Called before it goes.
Result<void> note_removed_document(const WriteContext& context, const DocumentId& id);
Result<void> note_removed_collection(const WriteContext& context, const CollectionId& id);

Result<Changes> list_changes(Connection& db, const ChangeFilter& filter);
Result<std::uint64_t> last_change(Connection& db);

}  // namespace cairn::sql
