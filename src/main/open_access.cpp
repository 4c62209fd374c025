#include "main/open_access.h"

#include "adapters/sodium/sodium_crypto.h"
#include "adapters/sqlite/access_store.h"
#include "main/open_adapters.h"

namespace cairn {
namespace {

constexpr const char* access_file = "access.sqlite";

class ConfiguredAccess final : public cli::OpenAccess {
 public:
  Result<void> open(const Configuration& configuration, const std::filesystem::path& folder) {
    CAIRN_TRY(crypto_, open_sodium_crypto({}));
    CAIRN_TRY(store_, open_access_store(configuration, folder, clock_));
    return {};
  }

  AccessStore& store() override { return *store_; }
  const Crypto& crypto() override { return *crypto_; }
  const Clock& clock() override { return clock_; }

 private:
  SystemClock clock_;
  std::unique_ptr<Crypto> crypto_;
  std::unique_ptr<AccessStore> store_;
};

}  // namespace

Result<void> back_up_access(const std::filesystem::path& folder, const std::filesystem::path& backup) {
  if (!std::filesystem::exists(folder / access_file)) return {};
  const SystemClock clock;
  CAIRN_TRY(const auto store, open_sqlite_access_store({.folder = folder, .clock = &clock}));
  return store->copy_to((backup / access_file).string());
}

Result<void> restore_access(const std::filesystem::path& backup, const std::filesystem::path& folder) {
  if (!std::filesystem::exists(backup / access_file)) return {};
  std::error_code failure;
  // Nobody writes to a backup, and it may be read-only: it is copied as it is, with its mode.
  std::filesystem::copy_file(backup / access_file, folder / access_file, failure);
  if (failure)
    return fail(ErrorKind::unavailable,
                "cannot restore the keys and users to " + folder.string() + ": " + failure.message());
  const SystemClock clock;
  CAIRN_CHECK(open_sqlite_access_store({.folder = folder, .clock = &clock}));
  return {};
}

Result<std::unique_ptr<cli::OpenAccess>> open_configured_access(const Configuration& configuration,
                                                                const std::filesystem::path& folder) {
  auto access = std::make_unique<ConfiguredAccess>();
  CAIRN_CHECK(access->open(configuration, folder));
  return access;
}

}  // namespace cairn
