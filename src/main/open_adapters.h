#pragma once

#include <filesystem>
#include <memory>

#include "api/cli/context.h"
#include "base/clock.h"
#include "base/result.h"
#include "main/configuration.h"
#include "ports/access_store.h"
#include "ports/blob_store.h"
#include "ports/change_feed.h"
#include "ports/node_registry.h"
#include "ports/portable_catalog.h"
#include "ports/scaling_store.h"

namespace cairn {

/// What a store is kept in, as the sections [catalog] and [blobs] say. Members in the order in which they depend on
/// each other.
struct StoreAdapters {
  NodeId node;             ///< This process: as configured, or a name that no other one has.
  bool is_shared = false;  ///< Other nodes may work on the same store.
  std::unique_ptr<ChangeFeed> feed;
  std::unique_ptr<PortableCatalog> catalog;
  std::unique_ptr<BlobStore> blobs;
  std::unique_ptr<NodeRegistry> nodes;
  std::unique_ptr<ScalingStore> scaling;  ///< Null: the store is not shared.
};

/// `clock` is that of an embedded store and must outlive it; a database brings its own. Errors: `invalid` for settings
/// that do not go together, and those of the adapters.
Result<StoreAdapters> open_store_adapters(const Configuration& configuration, const std::filesystem::path& folder,
                                          cli::Access access, const Clock& clock);

/// Keys, users and sessions: beside the catalog. Errors as above.
Result<std::unique_ptr<AccessStore>> open_access_store(const Configuration& configuration,
                                                       const std::filesystem::path& folder, const Clock& clock);

}  // namespace cairn
