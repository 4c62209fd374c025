#pragma once

#include <string>

#include "adapters/sqlite/write_context.h"
#include "ports/catalog.h"

namespace cairn::sqlite {

struct ReindexRange {
  const CollectionId& collection;
  const std::string& after;
  std::size_t limit;
  int priority;
  const TaskId& parent;
};

Result<ReindexStep> queue_reindex(const WriteContext& context, const ReindexRange& range);

}  // namespace cairn::sqlite
