#include "adapters/sqlite/open_files.h"

#include <unistd.h>

#include <cctype>
#include <string>
#include <system_error>

#include "adapters/sqlite/folder_lock.h"
#include "adapters/sqlite/schema.h"

namespace cairn::sqlite {
namespace {

namespace fs = std::filesystem;

fs::path catalog_path(const SqliteCatalogOptions& options) { return options.folder / options.file; }

/// RFC 3986: what is not plain in a path must be escaped in a `file:` URI.
std::string to_uri(const fs::path& path, const char* parameters) {
  static constexpr char digits[] = "0123456789ABCDEF";
  std::string uri = "file:";
  for (const char c : fs::absolute(path).string()) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '/' || c == '.' || c == '-' || c == '_') {
      uri.push_back(c);
    } else {
      uri.push_back('%');
      uri.push_back(digits[static_cast<unsigned char>(c) >> 4]);
      uri.push_back(digits[static_cast<unsigned char>(c) & 15]);
    }
  }
  return uri + parameters;
}

/// Opening is lazy: only a first read tells whether it works.
Result<std::unique_ptr<Connection>> open_and_try(const std::string& uri, const SqliteCatalogOptions& options) {
  CAIRN_TRY(auto connection, Connection::open(uri, SQLITE_OPEN_READONLY, options.busy_timeout));
  CAIRN_CHECK(
      connection->execute("PRAGMA query_only = ON; PRAGMA cache_size = -4000; SELECT count(*) FROM sqlite_schema"));
  return connection;
}

bool has_unmerged_log(const fs::path& catalog) {
  std::error_code missing;
  const auto size = fs::file_size(catalog.string() + "-wal", missing);
  return !missing && size > 0;
}

}  // namespace

Result<std::unique_ptr<Connection>> open_writer(const SqliteCatalogOptions& options) {
  CAIRN_TRY(auto connection, Connection::open(to_uri(catalog_path(options), ""),
                                              SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, options.busy_timeout));
  CAIRN_CHECK(
      connection->execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; "
                          "PRAGMA cache_size = -16000; PRAGMA journal_size_limit = 16777216"));
  CAIRN_CHECK(migrate(*connection));
  return connection;
}

/// In WAL mode even a reader needs the shared-memory file. Where the folder is read-only and nobody has it open, there
/// is none, and nobody can change the catalog either: then it may be read as immutable, unless commits still lie in the
/// log.
Result<std::unique_ptr<Connection>> open_reader(const SqliteCatalogOptions& options) {
  auto connection = open_and_try(to_uri(catalog_path(options), "?mode=ro"), options);
  if (connection || ::access(options.folder.c_str(), W_OK) == 0) return connection;
  if (has_unmerged_log(catalog_path(options)))
    return fail(ErrorKind::unavailable,
                "the catalog in " + options.folder.string() +
                    " was not closed cleanly and its folder is read-only: make it writable once, or copy it");
  return open_and_try(to_uri(catalog_path(options), "?mode=ro&immutable=1"), options);
}

namespace {

/// What an ordinary writer does when it opens the catalog.
Result<void> bring_up_to_date(const SqliteCatalogOptions& options) {
  const auto explained = [&](const Error& error) {
    return fail(error.kind, "the catalog in " + options.folder.string() +
                                " is from an older cairn and must be brought up to date first: " + error.message);
  };
  const auto lock = FolderLock::acquire(options.folder);
  if (!lock) return explained(lock.error());
  const auto writer = open_writer(options);
  if (!writer) return explained(writer.error());
  return {};
}

}  // namespace

Result<void> check_schema(Connection& reader, const SqliteCatalogOptions& options) {
  CAIRN_TRY(const int found, read_schema_version(reader));
  if (found == schema_version) return {};
  if (found == 0)
    return fail(ErrorKind::not_found,
                "there is no cairn catalog in " + options.folder.string() + " yet: run `cairn ingest`");
  if (found > schema_version) return newer_schema(found);
  return bring_up_to_date(options);
}

}  // namespace cairn::sqlite
