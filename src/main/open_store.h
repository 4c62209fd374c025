#pragma once

#include <memory>

#include "api/cli/context.h"
#include "api/cli/named_worker.h"
#include "base/log.h"
#include "main/configuration.h"
#include "ports/node_registry.h"
#include "ports/scaling_store.h"

namespace cairn {

/// A store with what only a server needs of it.
class ServableStore : public cli::OpenStore, public cli::NamedWorker {
 public:
  virtual NodeRegistry& nodes() = 0;
  virtual ScalingStore* scaling() = 0;  ///< Null: the store is not shared.
  virtual bool is_shared() const = 0;   ///< Other nodes may work on the same store.
};

/// Builds the adapters of the store that is configured and keeps them together. `log` may be null; else it must outlive
/// the store. Errors: those of the adapters.
Result<std::unique_ptr<ServableStore>> open_configured_store(const Configuration& configuration,
                                                             const std::filesystem::path& folder, cli::Access access,
                                                             Log* log);

/// Packs published weights, tokenizer and all; gives one line about the file.
Result<std::string> import_model_files(const cli::Platform::ModelImport& request);

}  // namespace cairn
