#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "ports/blob_store.h"
#include "ports/catalog.h"
#include "ports/embedder.h"

namespace cairn {

struct Latency {
  double p50_ms = 0, p95_ms = 0, p99_ms = 0;
};

/// The index alone: no embedding, no hit's text, one thread.
struct IndexMeasurement {
  std::uint64_t documents = 0, chunks = 0, segments = 0, bytes = 0, queries = 0;
  double open_ms = 0;      ///< From the manifest to a snapshot that can be searched, files mapped but not read.
  Latency dense, lexical;  ///< Of the best 100 candidates.

  double bytes_per_chunk() const { return chunks > 0 ? static_cast<double>(bytes) / static_cast<double>(chunks) : 0; }
};

/// Measures the newest manifests of these collections with each query `rounds` times. Queries are analysed and embedded
/// beforehand. Errors: `invalid` without queries, those of the ports.
Result<IndexMeasurement> measure_index(const Catalog& catalog, const BlobStore& blobs, const EmbedderSet& embedders,
                                       const Clock& clock, const std::vector<Collection>& collections,
                                       const std::vector<std::string>& queries, std::size_t rounds);

}  // namespace cairn
