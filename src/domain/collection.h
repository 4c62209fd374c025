#pragma once

#include <cstdint>
#include <string>

#include "base/clock.h"
#include "domain/ids.h"

namespace cairn {

/// How a collection's documents are cut; the names are those of the API.
struct Chunking {
  std::string strategy = "recursive";  ///< recursive | fixed | sentence | semantic
  std::uint32_t max_tokens = 256;
  std::uint32_t overlap_tokens = 0;

  bool operator==(const Chunking&) const = default;
};

/// A named set of documents with one chunking and one default embedding model.
struct Collection {
  CollectionId id;
  TenantId tenant;
  std::string name;  ///< Unique in its tenant.
  std::string description;
  std::string embedding_model;  ///< Empty: by each document's language.
  Chunking chunking;
  std::uint64_t manifest = 0;  ///< Number of its newest manifest; 0 before the first commit.
  TimePoint created_at{};
};

/// What `GET /v1/collections` counts, at one manifest.
struct CollectionCounts {
  std::uint64_t documents = 0;  ///< Indexed documents.
  std::uint64_t chunks = 0;     ///< Their chunks.
  std::uint64_t segments = 0;
  std::uint64_t bytes = 0;  ///< Bytes of the segments.
};

/// What a tenant's registered documents add up to.
struct StoredTotals {
  std::uint64_t documents = 0, bytes = 0;  ///< Bytes of the originals, counted for each document.
};

}  // namespace cairn
