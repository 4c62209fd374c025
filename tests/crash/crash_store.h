#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include "adapters/directory/directory_blob_store.h"
#include "adapters/directory/flush.h"
#include "adapters/sqlite/sqlite_catalog.h"
#include "app/backup_store.h"
#include "app/fakes.h"
#include "app/run_tasks.h"
#include "app/verify_store.h"
#include "base/clock.h"
#include "contract/expect_result.h"
#include "contract/temporary_folder.h"

namespace cairn::testing {

/// A store on disk with fake models, as both the child that dies and the parent that looks at it open it.
struct CrashStore {
  explicit CrashStore(const std::filesystem::path& folder) {
    embedders.add("fake");
    catalog = must(open_sqlite_catalog({.folder = folder, .access = SqliteAccess::write, .clock = &clock}));
    blobs = must(open_directory_blob_store({.folder = folder, .access = DirectoryAccess::write}));
    const auto created = catalog->create_collection({.tenant = local_tenant, .name = "papers"});
    collection = created ? *created : must(catalog->collection(local_tenant, "papers"));
  }

  WorkerPorts ports() {
    return {.catalog = *catalog, .blobs = *blobs, .extractor = extractor, .embedders = embedders, .clock = clock};
  }

  static WorkerOptions worker_options() {
    return {.threads = 2,
            .only_worker = true,
            .heartbeat = std::chrono::milliseconds(20),
            .poll = std::chrono::milliseconds(1),
            .retry_delay = std::chrono::milliseconds(1)};
  }

  /// Everything that is queued is done.
  void drain() { must(run_tasks(ports(), worker_options(), {}, {})); }

  SystemClock clock;
  FakeEmbedders embedders;
  FakeExtractor extractor;
  std::unique_ptr<Catalog> catalog;
  std::unique_ptr<BlobStore> blobs;
  Collection collection;
};

/// What fsck says about a store; empty when it is clean.
inline std::string problems_of(const Catalog& catalog, const BlobStore& blobs) {
  std::string text;
  for (const StoreProblem& problem : must(verify_store(catalog, blobs, {}, {})).problems)
    text += problem.kind + " " + problem.subject + ": " + problem.message + "\n";
  return text;
}

/// A copy's folder, and its verification.
inline Result<void> back_up(const CrashStore& store, const std::filesystem::path& folder, const Catalog& catalog,
                            const BlobStore& blobs) {
  CAIRN_TRY(const auto copies, open_directory_blob_store({.folder = folder, .access = DirectoryAccess::write}));
  const CopyTarget target{
      .blobs = *copies,
      .catalog_file = folder / "catalog.sqlite",
      .open_catalog =
          [&](const std::filesystem::path& file) {
            return open_sqlite_catalog(
                {.folder = file.parent_path(), .access = SqliteAccess::read, .clock = &store.clock});
          },
      .flush = [&] { return directory::flush_file_system(folder); }};
  CAIRN_CHECK(backup_store(catalog, blobs, target, {}, {}));
  return {};
}

inline std::string problems_of_backup(const CrashStore& store, const std::filesystem::path& folder) {
  if (!std::filesystem::exists(folder / "catalog.sqlite")) return {};
  const auto catalog =
      must(open_sqlite_catalog({.folder = folder, .access = SqliteAccess::read, .clock = &store.clock}));
  const auto blobs = must(open_directory_blob_store({.folder = folder, .access = DirectoryAccess::read}));
  return problems_of(*catalog, *blobs);
}

}  // namespace cairn::testing
