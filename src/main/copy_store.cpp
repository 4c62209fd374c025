#include "main/copy_store.h"

#include "adapters/directory/directory_blob_store.h"
#include "adapters/directory/flush.h"
#include "adapters/sqlite/sqlite_catalog.h"

namespace cairn {
namespace {

Result<CopyReport> copy_into(const Catalog& catalog, const BlobStore& blobs, const Clock& clock,
                             const std::filesystem::path& target, const CancelToken& cancel) {
  CAIRN_TRY(const auto target_blobs, open_directory_blob_store({target, DirectoryAccess::write}));
  const auto open_catalog = [&](const std::filesystem::path& file) {
    SqliteCatalogOptions options;
    options.folder = file.parent_path();
    options.file = file.filename().string();
    options.access = SqliteAccess::read;
    options.clock = &clock;
    return open_sqlite_catalog(options);
  };
  const auto flush = [&] { return directory::flush_file_system(target); };
  return backup_store(catalog, blobs, {*target_blobs, target / "catalog.sqlite", open_catalog, flush}, CopyOptions{},
                      cancel);
}

}  // namespace

Result<CopyReport> backup_embedded_store(const Catalog& catalog, const BlobStore& blobs, const Clock& clock,
                                         const std::filesystem::path& target, const CancelToken& cancel) {
  return copy_into(catalog, blobs, clock, target, cancel);
}

Result<CopyReport> restore_embedded_store(const std::filesystem::path& backup, const std::filesystem::path& target,
                                          const CancelToken& cancel) {
  const SystemClock clock;
  SqliteCatalogOptions options;
  options.folder = backup;
  options.access = SqliteAccess::read;
  options.clock = &clock;
  CAIRN_TRY(const auto catalog, open_sqlite_catalog(options));
  CAIRN_TRY(const auto blobs, open_directory_blob_store({backup, DirectoryAccess::read}));
  CAIRN_CHECK(check_restore_target(target));
  return copy_into(*catalog, *blobs, clock, target, cancel);
}

}  // namespace cairn
