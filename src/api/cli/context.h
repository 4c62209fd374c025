#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/cli/terminal.h"
#include "api/json/shapes.h"
#include "app/answer_question.h"
#include "app/backup_store.h"
#include "app/export_collection.h"
#include "base/result.h"
#include "domain/search.h"
#include "ports/access_store.h"
#include "ports/blob_store.h"
#include "ports/change_feed.h"
#include "ports/crypto.h"
#include "ports/embedder.h"
#include "ports/generator.h"
#include "ports/http_client.h"
#include "ports/portable_catalog.h"
#include "ports/text_extractor.h"

namespace cairn::cli {

/// Exit codes of every command.
enum ExitCode { exit_done = 0, exit_failed = 1, exit_usage = 2, exit_partly_failed = 3 };

/// Readers may work beside one writer; a second writer is refused.
enum class Access { read, write };

/// A store that is open, with everything that works on it. Closing it releases the folder.
class OpenStore {
 public:
  virtual ~OpenStore() = default;

  virtual const std::filesystem::path& folder() const = 0;
  virtual PortableCatalog& catalog() = 0;
  virtual BlobStore& blobs() = 0;
  virtual ChangeFeed& feed() = 0;  ///< Of the catalog.
  virtual const EmbedderSet& embedders() = 0;
  virtual TextExtractor& extractor() = 0;
  virtual const std::vector<Generator*>& generators() = 0;  ///< The first is the one that answers by default.
  virtual AnswerPolicy answer_policy() const = 0;
  Generator& generator() { return *generators().front(); }
  virtual const Clock& clock() = 0;
  virtual unsigned threads() const = 0;
};

/// How to reach a server: its address without a slash at the end, and the caller's key (empty: none).
struct RemoteAccess {
  std::string url, key;
  std::unique_ptr<HttpClient> client;
};

struct ServeRequest {
  std::optional<std::filesystem::path> data, config;
  std::optional<std::string> listen;  ///< ADDR:PORT; empty: as configured.
};

/// The keys and users of a folder. Opening it takes no lock: a server may be running on the folder.
class OpenAccess {
 public:
  virtual ~OpenAccess() = default;

  virtual AccessStore& store() = 0;
  virtual const Crypto& crypto() = 0;
  virtual const Clock& clock() = 0;
};

/// What the composition root offers to the commands. `data` empty: the configured folder.
struct Platform {
  std::function<Result<std::unique_ptr<OpenStore>>(const std::optional<std::filesystem::path>& data,
                                                   const std::optional<std::filesystem::path>& config, Access access)>
      open_store;
  std::function<Result<std::unique_ptr<OpenAccess>>(const std::optional<std::filesystem::path>& data,
                                                    const std::optional<std::filesystem::path>& config)>
      open_access;
  std::function<Result<std::string>(const std::optional<std::filesystem::path>& config)> describe_configuration;
  struct ModelImport {
    std::filesystem::path weights, tokenizer, config, out;
    std::string id, pooling = "cls", query_prefix, languages;
  };
  std::function<Result<std::string>(const ModelImport&)> import_model;  ///< Gives one line about what was written.
  std::function<Result<CopyReport>(OpenStore& store, const std::filesystem::path& target, const CancelToken& cancel)>
      backup_store;
  std::function<Result<CopyReport>(const std::filesystem::path& backup, const std::filesystem::path& target,
                                   const CancelToken& cancel)>
      restore_store;
  std::function<Result<std::filesystem::path>(const std::optional<std::filesystem::path>& data,
                                              const std::optional<std::filesystem::path>& config)>
      data_folder;  ///< The folder that these options mean.
  /// For an export: a new file that appears when it is whole.
  std::function<Result<BundleTarget>(const std::filesystem::path& file)> create_bundle;
  std::function<Result<BlobView>(const std::filesystem::path& file)> open_bundle;  ///< Its bytes, mapped.
  std::function<Result<RemoteAccess>(const std::string& server, const std::optional<std::filesystem::path>& config)>
      connect;

  /// Serves until SIGINT or SIGTERM; `announce` is given lines for the person who started it.
  std::function<Result<void>(const ServeRequest& request, const std::function<void(const std::string&)>& announce)>
      serve;
  std::string settings_reference;  ///< A Markdown table of all settings.
  std::string version;
};

/// What every command gets: the global options, the platform and where to print.
struct Context {
  const Platform& platform;
  const Terminal& terminal;
  std::optional<std::filesystem::path> data, config;
  std::optional<std::string> server;  ///< Work on this server instead of a folder.
  bool json = false;
  int exit_code = exit_done;

  Result<std::unique_ptr<OpenStore>> open(Access access) const { return platform.open_store(data, config, access); }
};

/// Prints the error and gives the exit code for it: what was asked for cannot be (usage), or it did not work.
int report(const Context& context, const Error& error);

/// Figures: one JSON object, or one a line with its name first.
void print_figures(const Context& context, const Json& figures);

/// Runs `body` with an open store and reports its error, if any.
int with_store(const Context& context, Access access, const std::function<Result<int>(OpenStore&)>& body);

/// A table for people: columns aligned by display width, the header in bold.
struct Table {
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;
  std::vector<bool> right_aligned;  ///< Missing entries: left.

  std::string to_text(const Terminal& terminal) const;
};

}  // namespace cairn::cli
