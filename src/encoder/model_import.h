#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace cairn::encoder {

/// What the published weights do not say themselves.
struct ImportOptions {
  std::string id;           ///< Name written into the packed file.
  std::string config_json;  ///< The model's config.json, or empty to infer what can be inferred.
  std::string pooling = "cls";
  std::string query_prefix;
  std::vector<std::string> languages;
};

/// Turns f32 weights (`model.onnx` or `model.safetensors`, told apart by content) and a packed tokenizer into one
/// packed file: int8 weights in the kernels' panel order, scales, biases, embeddings, tokenizer, checksum.
/// Deterministic. Errors: `unsupported` (not of the BERT family, not f32), `corrupt` (truncated), `invalid` (shapes
/// disagree with the config).
Result<void> import_model(Bytes weights, std::string_view packed_tokenizer, const ImportOptions& options,
                          const ByteSink& out);

}  // namespace cairn::encoder
