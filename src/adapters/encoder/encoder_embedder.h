#pragma once

#include <filesystem>
#include <memory>

#include "base/result.h"
#include "encoder/encoder.h"
#include "ports/embedder.h"

namespace cairn {

/// Opens a packed model file as an embedder; the file stays mapped for as long as the embedder lives.
/// Errors, each with the file's name and what to do: `not_found`, `invalid` (no regular file), `corrupt` (truncated,
/// damaged, not a model file), `unsupported` (made by a newer version, or needs another instruction set).
Result<std::unique_ptr<Embedder>> open_encoder_embedder(const std::filesystem::path& file, encoder::Isa isa);

}  // namespace cairn
