#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "base/result.h"
#include "encoder/encoder.h"
#include "ports/embedder.h"

namespace cairn {

struct ModelFolder {
  std::vector<std::unique_ptr<Embedder>> embedders;
  std::vector<BrokenModel> broken;  ///< Files that open_encoder_embedder refuses.
};

/// Every `*.cairnmodel` file of a folder, by file name. A folder that does not exist has none.
/// Errors: `invalid` (the folder cannot be read).
Result<ModelFolder> open_model_folder(const std::filesystem::path& folder, encoder::Isa isa);

}  // namespace cairn
