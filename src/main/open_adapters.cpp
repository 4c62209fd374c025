#include "main/open_adapters.h"

#include <fmt/format.h>
#include <unistd.h>

#include <fstream>
#include <random>

#include "adapters/directory/directory_blob_store.h"
#include "adapters/in_process/in_process_change_feed.h"
#include "adapters/in_process/in_process_node_registry.h"
#include "adapters/postgres/postgres_access_store.h"
#include "adapters/postgres/postgres_blob_store.h"
#include "adapters/postgres/postgres_catalog.h"
#include "adapters/postgres/postgres_change_feed.h"
#include "adapters/postgres/postgres_node_registry.h"
#include "adapters/postgres/postgres_scaling_store.h"
#include "adapters/s3/s3_blob_store.h"
#include "adapters/sqlite/access_store.h"
#include "adapters/sqlite/sqlite_catalog.h"
#include "main/host_name.h"

namespace cairn {
namespace {

/// So old may be what a node knows of keys and users that another node has changed.
constexpr std::chrono::milliseconds stale_access = std::chrono::seconds(1);

std::unexpected<Error> unknown_kind(const std::string& setting, const std::string& kind, const char* known) {
  return fail(ErrorKind::invalid, setting + " is \"" + kind + "\"; write " + known);
}

Result<bool> is_in_postgres(const Configuration& configuration) {
  const std::string& kind = configuration.text("catalog.kind");
  if (kind == "sqlite") return false;
  if (kind != "postgres") return unknown_kind("catalog.kind", kind, "sqlite or postgres");
  if (configuration.text("catalog.url").empty())
    return fail(ErrorKind::invalid,
                "catalog.kind is postgres: say where in catalog.url, such as postgresql://cairn@host/cairn");
  return true;
}

/// Tasks that are left running under a process's name are taken over by the next of that name. So on a shared store a
/// name that nobody chose is one of this process alone.
NodeId node_name(const Configuration& configuration, bool is_shared) {
  if (const std::string& chosen = configuration.text("cluster.node"); !chosen.empty()) return NodeId(chosen);
  if (!is_shared) return NodeId("local");
  return NodeId(fmt::format("{}-{}-{:06x}", host_name(), getpid(), std::random_device{}() & 0xffffff));
}

Result<std::shared_ptr<PostgresDatabase>> open_database(const Configuration& configuration) {
  PostgresOptions options;
  options.url = configuration.text("catalog.url");
  options.schema = configuration.text("catalog.schema");
  options.connections = static_cast<std::size_t>(configuration.integer("catalog.connections"));
  return open_postgres(options);
}

/// The folder's own name, made up when somebody first writes to it; empty before. A backup does not take it along.
Result<std::string> folder_identity(const std::filesystem::path& folder, cli::Access access) {
  const std::filesystem::path file = folder / "store-id";
  std::string identity;
  if (std::ifstream(file) >> identity || access == cli::Access::read) return identity;
  std::random_device random;
  identity = fmt::format("{:08x}{:08x}{:08x}{:08x}", random(), random(), random(), random());
  if (std::ofstream(file) << identity << std::endl) return identity;
  return fail(ErrorKind::unavailable, "cannot write " + file.string() + ": check the disk and its permissions");
}

Result<std::unique_ptr<BlobStore>> open_bucket(const Configuration& configuration, const std::filesystem::path& folder,
                                               cli::Access access, const std::shared_ptr<PostgresDatabase>& database) {
  const auto text = [&](const char* name) { return configuration.text(std::string("blobs.") + name); };
  S3Options options;
  options.endpoint = text("url");
  options.region = text("region");
  options.bucket = text("bucket");
  options.prefix = text("prefix");
  CAIRN_TRY(options.owner, database ? postgres_catalog_identity(*database) : folder_identity(folder, access));
  options.access_key = text("access_key");
  options.secret_key = text("secret_key");
  options.session_token = text("session_token");
  options.path_style = configuration.boolean("blobs.path_style");
  options.cache_folder = configuration.path("blobs.cache");
  if (options.cache_folder.empty()) options.cache_folder = folder / "cache";
  options.cache_bytes = static_cast<std::uint64_t>(configuration.integer("blobs.cache_mb")) * 1'000'000;
  return open_s3_blob_store(options);
}

Result<std::unique_ptr<BlobStore>> open_blobs(const Configuration& configuration, const std::filesystem::path& folder,
                                              cli::Access access, const std::shared_ptr<PostgresDatabase>& database) {
  const std::string& wanted = configuration.text("blobs.kind");
  if (wanted.empty() && database)
    return fail(
        ErrorKind::invalid,
        "catalog.kind is postgres: say in blobs.kind where all nodes find the blobs: s3, postgres, or directory "
        "for a folder that they share");
  const std::string kind = wanted.empty() ? "directory" : wanted;
  if (kind == "s3") return open_bucket(configuration, folder, access, database);
  if (kind == "postgres" && database) return make_postgres_blob_store(database, {});
  if (kind == "postgres")
    return fail(ErrorKind::invalid,
                "blobs.kind is postgres, and so must be catalog.kind: blobs lie beside the catalog");
  if (kind != "directory") return unknown_kind("blobs.kind", kind, "directory, postgres or s3");
  const bool writes = access == cli::Access::write;
  return open_directory_blob_store({folder, writes ? DirectoryAccess::write : DirectoryAccess::read});
}

Result<std::unique_ptr<PortableCatalog>> open_embedded_catalog(const std::filesystem::path& folder, cli::Access access,
                                                               const Clock& clock, ChangeFeed& feed) {
  SqliteCatalogOptions options;
  options.folder = folder;
  options.access = access == cli::Access::write ? SqliteAccess::write : SqliteAccess::read;
  options.clock = &clock;
  options.feed = &feed;
  return open_sqlite_catalog(options);
}

}  // namespace

Result<StoreAdapters> open_store_adapters(const Configuration& configuration, const std::filesystem::path& folder,
                                          cli::Access access, const Clock& clock) {
  StoreAdapters adapters;
  std::shared_ptr<PostgresDatabase> database;
  CAIRN_TRY(const bool in_postgres, is_in_postgres(configuration));
  adapters.is_shared = in_postgres;
  adapters.node = node_name(configuration, in_postgres);
  if (in_postgres) {
    CAIRN_TRY(database, open_database(configuration));
    adapters.nodes = make_postgres_node_registry(database);
    adapters.scaling = make_postgres_scaling_store(database);
    adapters.feed = make_postgres_change_feed(
        {.url = configuration.text("catalog.url"), .schema = configuration.text("catalog.schema")});
    adapters.catalog = make_postgres_catalog(database, adapters.feed.get());
  } else {
    adapters.feed = std::make_unique<InProcessChangeFeed>();
    adapters.nodes = std::make_unique<InProcessNodeRegistry>(clock);
    CAIRN_TRY(adapters.catalog, open_embedded_catalog(folder, access, clock, *adapters.feed));
  }
  CAIRN_TRY(adapters.blobs, open_blobs(configuration, folder, access, database));
  return adapters;
}

Result<std::unique_ptr<AccessStore>> open_access_store(const Configuration& configuration,
                                                       const std::filesystem::path& folder, const Clock& clock) {
  CAIRN_TRY(const bool in_postgres, is_in_postgres(configuration));
  if (!in_postgres) return open_sqlite_access_store({.folder = folder, .clock = &clock});
  CAIRN_TRY(auto database, open_database(configuration));
  return make_postgres_access_store(std::move(database), stale_access);
}

}  // namespace cairn
