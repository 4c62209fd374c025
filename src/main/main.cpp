#include <csignal>
#include <cstdlib>
#include <fstream>

#include "adapters/directory/whole_file.h"
#include "adapters/http_client/curl_http_client.h"
#include "api/cli/command_line.h"
#include "main/configuration.h"
#include "main/copy_store.h"
#include "main/open_access.h"
#include "main/open_store.h"
#include "main/program_folder.h"
#include "main/serve.h"

namespace {

using cairn::Configuration;
using OptionalPath = std::optional<std::filesystem::path>;

cairn::Result<Configuration> load_configuration(const OptionalPath& file) {
  return Configuration::load(file, [](const std::string& name) { return std::getenv(name.c_str()); });
}

cairn::Result<std::filesystem::path> data_folder(const OptionalPath& data, const OptionalPath& config) {
  if (data) return *data;
  CAIRN_TRY(const Configuration configuration, load_configuration(config));
  const std::filesystem::path configured = configuration.path("store.data");
  if (!configured.empty()) return configured;
  const OptionalPath folder = cairn::default_data_folder();
  if (!folder)
    return cairn::fail(cairn::ErrorKind::invalid,
                       "HOME is not set: name the folder of the store with --data or CAIRN_STORE_DATA");
  return *folder;
}

cairn::Result<std::unique_ptr<cairn::cli::OpenStore>> open_store(const OptionalPath& data, const OptionalPath& config,
                                                                 cairn::cli::Access access) {
  CAIRN_TRY(const Configuration configuration, load_configuration(config));
  CAIRN_TRY(const std::filesystem::path folder, data_folder(data, config));
  return cairn::open_configured_store(configuration, folder, access, nullptr);
}

cairn::Result<std::unique_ptr<cairn::cli::OpenAccess>> open_access(const OptionalPath& data,
                                                                   const OptionalPath& config) {
  CAIRN_TRY(const Configuration configuration, load_configuration(config));
  CAIRN_TRY(const std::filesystem::path folder, data_folder(data, config));
  return cairn::open_configured_access(configuration, folder);
}

cairn::Result<std::string> describe_configuration(const OptionalPath& config) {
  CAIRN_TRY(const Configuration configuration, load_configuration(config));
  return configuration.to_toml();
}

/// The key of --server: as configured, or the first line of the configured file.
cairn::Result<std::string> client_key(const Configuration& configuration) {
  const std::filesystem::path file = configuration.path("client.key_file");
  if (!configuration.text("client.key").empty() || file.empty()) return configuration.text("client.key");
  std::string key;
  if (std::ifstream stream(file); !std::getline(stream, key))
    return cairn::fail(cairn::ErrorKind::invalid, "cannot read a key from " + file.string() + " (client.key_file)");
  return key;
}

cairn::Result<cairn::cli::RemoteAccess> connect(const std::string& server, const OptionalPath& config) {
  CAIRN_TRY(const Configuration configuration, load_configuration(config));
  CAIRN_TRY(std::string key, client_key(configuration));
  const std::string scheme = server.find("://") == std::string::npos ? "http://" : "";
  const std::string url = scheme + server.substr(0, server.find_last_not_of('/') + 1);
  return cairn::cli::RemoteAccess{url, std::move(key), cairn::make_curl_http_client()};
}

cairn::Result<void> serve(const cairn::cli::ServeRequest& request,
                          const std::function<void(const std::string&)>& announce) {
  CAIRN_TRY(const Configuration configuration, load_configuration(request.config));
  CAIRN_TRY(const std::filesystem::path folder, data_folder(request.data, request.config));
  return cairn::serve(configuration, folder, request, CAIRN_VERSION, announce);
}

cairn::Result<cairn::CopyReport> back_up(cairn::cli::OpenStore& store, const std::filesystem::path& target,
                                         const cairn::CancelToken& cancel) {
  CAIRN_TRY(const cairn::CopyReport report,
            cairn::backup_embedded_store(store.catalog(), store.blobs(), store.clock(), target, cancel));
  CAIRN_CHECK(cairn::back_up_access(store.folder(), target));
  return report;
}

cairn::Result<cairn::CopyReport> restore(const std::filesystem::path& backup, const std::filesystem::path& target,
                                         const cairn::CancelToken& cancel) {
  CAIRN_TRY(const cairn::CopyReport report, cairn::restore_embedded_store(backup, target, cancel));
  CAIRN_CHECK(cairn::restore_access(backup, target));
  return report;
}

cairn::Result<cairn::BundleTarget> create_bundle(const std::filesystem::path& path) {
  using cairn::directory::WholeFile;
  CAIRN_TRY(auto made, WholeFile::create(path));
  const std::shared_ptr<WholeFile> file = std::move(made);
  return cairn::BundleTarget{.restart = [file] { return file->restart(); },
                             .append = [file](cairn::Bytes bytes) { return file->append(bytes); },
                             .finish = [file] { return file->finish(); }};
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGXFSZ, SIG_IGN);  // A limit on file sizes is then an error of the write, like a full disk.
  cairn::cli::Platform platform;
  platform.open_store = open_store;
  platform.open_access = open_access;
  platform.describe_configuration = describe_configuration;
  platform.connect = connect;
  platform.serve = serve;
  platform.import_model = cairn::import_model_files;
  platform.data_folder = data_folder;
  platform.backup_store = back_up;
  platform.restore_store = restore;
  platform.create_bundle = create_bundle;
  platform.open_bundle = cairn::directory::map_whole_file;
  platform.settings_reference = cairn::settings_as_markdown();
  platform.version = CAIRN_VERSION;
  return cairn::cli::run_command_line(argc, argv, platform, cairn::cli::Terminal::of_process());
}
