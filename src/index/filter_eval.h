#pragma once

#include <span>

#include "index/column_index.h"
#include "index/document_set.h"
#include "index/filter.h"

namespace cairn::index {

/// The documents of a segment that satisfy a filter.
DocumentSet evaluate(const Filter& filter, std::span<const Column> columns, std::size_t document_count);

}  // namespace cairn::index
