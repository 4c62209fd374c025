#pragma once

#include <cstdint>
#include <memory>

#include "adapters/postgres/postgres_options.h"
#include "ports/blob_store.h"

namespace cairn {

struct PostgresBlobOptions {
  std::size_t part_bytes = 1 << 20;  ///< A blob lies in rows of so many bytes.
  std::uint64_t largest_bytes = std::uint64_t{1}
                                << 30;  ///< Larger ones are `invalid`: an object store is made for them.
};

/// Blobs in a database that open_postgres() gave, for a first small cluster that has nothing else. An open view is a
/// copy in memory. What dead writers left behind is removed now and then, by whoever finishes a blob.
std::unique_ptr<BlobStore> make_postgres_blob_store(std::shared_ptr<PostgresDatabase> database,
                                                    const PostgresBlobOptions& options);

}  // namespace cairn
