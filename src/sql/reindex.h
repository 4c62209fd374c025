#pragma once

#include <string>

#include "ports/catalog.h"
#include "sql/write_context.h"

namespace cairn::sql {

struct ReindexRange {
  const CollectionId& collection;
  const std::string& after;
  std::size_t limit;
  int priority;
  const TaskId& parent;
};

Result<ReindexStep> queue_reindex(const WriteContext& context, const ReindexRange& range);

}  // namespace cairn::sql
