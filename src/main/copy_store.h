#pragma once

#include <filesystem>

#include "app/backup_store.h"
#include "base/cancel.h"
#include "base/clock.h"

namespace cairn {

/// Copies an open embedded store into `target`, which may hold an earlier copy. Errors: those of backup_store.
Result<CopyReport> backup_embedded_store(const Catalog& catalog, const BlobStore& blobs, const Clock& clock,
                                         const std::filesystem::path& target, const CancelToken& cancel);

/// Copies a backup into a folder that is missing or empty. Errors: `conflict`, `not_found`, and those of backup_store.
Result<CopyReport> restore_embedded_store(const std::filesystem::path& backup, const std::filesystem::path& target,
                                          const CancelToken& cancel);

}  // namespace cairn
