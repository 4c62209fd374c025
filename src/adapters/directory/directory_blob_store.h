#pragma once

#include <filesystem>
#include <memory>

#include "base/result.h"
#include "ports/blob_store.h"

namespace cairn {

enum class DirectoryAccess {
  write,  ///< Creates the folder where missing and removes what dead writers left behind. Several processes may write
          ///< at once.
  read,   ///< Changes nothing; create(), sync() and remove() answer `unavailable`.
};

struct DirectoryBlobStoreOptions {
  std::filesystem::path folder;  ///< Finished blobs lie in `blobs/ab/abcd…`, unfinished ones in `tmp/`.
  DirectoryAccess access = DirectoryAccess::write;
};

/// Errors: `unavailable` (missing or read-only folder, disk full), with what to do.
Result<std::unique_ptr<BlobStore>> open_directory_blob_store(const DirectoryBlobStoreOptions& options);

}  // namespace cairn
