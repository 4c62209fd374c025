#pragma once

#include "base/metrics.h"
#include "ports/catalog.h"

namespace cairn::telemetry {

/// Collections, documents by status, chunks, segments, bytes and tasks by status of each tenant, read from the catalog
/// when they are asked for. The tenants with the most collections have numbers of their own, up to a bound; the others
/// are added up under "other". What cannot be read is left out. `catalog` must live as long as `registry` is read.
void add_store_metrics(MetricRegistry& registry, const Catalog& catalog);

}  // namespace cairn::telemetry
