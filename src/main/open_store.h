#pragma once

#include <memory>

#include "api/cli/context.h"
#include "base/log.h"
#include "main/configuration.h"

namespace cairn {

/// Builds the adapters of the store that is configured and keeps them together. `log` may be null; else it must outlive
/// the store. Errors: those of the adapters.
Result<std::unique_ptr<cli::OpenStore>> open_configured_store(const Configuration& configuration,
                                                              const std::filesystem::path& folder, cli::Access access,
                                                              Log* log);

/// Packs published weights, tokenizer and all; gives one line about the file.
Result<std::string> import_model_files(const cli::Platform::ModelImport& request);

}  // namespace cairn
