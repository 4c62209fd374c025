#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "base/result.h"
#include "encoder/encoder.h"
#include "ports/embedder.h"

namespace cairn {

/// Every `*.cairnmodel` file of a folder, by file name. A folder that does not exist has none.
/// Errors: those of open_encoder_embedder; `invalid` (the folder cannot be read).
Result<std::vector<std::unique_ptr<Embedder>>> open_model_folder(const std::filesystem::path& folder, encoder::Isa isa);

}  // namespace cairn
